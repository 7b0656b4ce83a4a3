#include "bench/providers/providers_bench.hpp"

#include "bench/load/usual_lines.hpp"
#include "bench/providers/fault_profile.hpp"
#include "infra/cli/command_line.hpp"
#include "infra/net/net_stream.hpp"
#include "schema/embedded.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/streambuf.hpp>

#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <fstream>
#include <istream>

namespace trunkline {

namespace {

constexpr size_t order_max = 500; // bytes of a line on stdin

chat_brain numbered(chat_brain brain) {
  return [brain = std::move(brain), count = 0u](const std::vector<chat_message>& said) mutable {
    auto step = brain(said);
    if (!step.pieces.empty())
      step.pieces.front().insert(0, "Answer " + std::to_string(++count) + ", ");
    return step;
  };
}

class providers_bench {
public:
  providers_bench(providers_bench_options options, std::ostream& out, std::ostream& err)
      : options_(std::move(options)), out_(out), err_(err) {}

  int run() {
    if (options_.list_profiles) {
      for (const auto& one : fault_profiles())
        out_ << one.name << ": " << one.about << "\n";
      return exit_ok;
    }
    if (!take_profile())
      return exit_usage;
    if (!open_log())
      return exit_failed;
    auto started = stand_in_fleet::start(io_, options_.fleet);
    if (!started)
      return failed(started.error().context, exit_failed);
    fleet_ = std::move(*started);
    if (!learn())
      return exit_usage;
    for (const auto& order : options_.faults) {
      const auto colon = order.find(':');
      if (const auto trouble = set_fault(order.substr(0, colon),
                                         colon == std::string::npos ? "" : order.substr(colon + 1));
          !trouble.empty())
        return failed("--fault: " + trouble, exit_usage);
    }
    if (!tell_environment())
      return exit_failed;
    wait_for_end();
    listen_to_keyboard();
    io_.run();
    report();
    return exit_ok;
  }

private:
  int failed(const std::string& why, int status) {
    err_ << "trunkline bench providers: " << why << std::endl;
    return status;
  }

  bool take_profile() {
    if (options_.profile.empty())
      return true;
    const auto found = find_fault_profile(options_.profile);
    if (!found) {
      failed("--profile: " + found.error().context, exit_usage);
      return false;
    }
    options_.faults.insert(options_.faults.begin(), found->faults.begin(), found->faults.end());
    return true;
  }

  bool open_log() {
    if (options_.log_file.empty())
      return true;
    log_.open(options_.log_file, std::ios::trunc);
    if (!log_) {
      failed("cannot write " + options_.log_file, exit_failed);
      return false;
    }
    options_.fleet.on_fault = [this](const injected_fault& what) {
      const auto now = std::chrono::system_clock::now().time_since_epoch();
      log_ << fault_log_line(what, now / std::chrono::milliseconds{1}) << std::endl;
    };
    return true;
  }

  bool learn() {
    auto scripts = options_.scripts;
    if (scripts.empty())
      scripts = shipped_scripts();
    std::vector<caller_script> known(1);
    known[0].lines.emplace_back().say = all_usual_lines();
    for (const auto& name : scripts) {
      auto script = load_caller_script(name);
      if (!script) {
        failed(script.error().context, exit_usage);
        return false;
      }
      known.push_back(std::move(*script));
    }
    size_t texts = 0;
    for (const auto& script : known)
      for (const auto& voice : options_.voices) {
        const auto learned = fleet_->learn(script, voice);
        if (!learned) {
          failed(learned.error().context, exit_usage);
          return false;
        }
        texts += *learned;
      }
    out_ << "# recognisers understand " << texts << " wordings\n";
    return true;
  }

  /// Empty, or what is wrong.
  std::string set_fault(const std::string& name, const std::string& text) {
    auto* server = fleet_->find(name);
    if (!server) {
      std::string known;
      for (const auto& one : fleet_->names())
        known += " " + one;
      return "there is no stand-in '" + name + "'; there are" + known;
    }
    const auto plan = text == "none" ? result<fault_plan>{fault_plan{}} : parse_fault(text);
    if (!plan)
      return plan.error().context;
    server->set_fault(*plan);
    return {};
  }

  bool tell_environment() {
    std::ofstream file;
    if (!options_.env_file.empty())
      file.open(options_.env_file);
    for (const auto& [name, value] : fleet_->environment()) {
      out_ << name << "=" << value << "\n";
      if (file.is_open())
        file << name << "=" << value << "\n";
    }
    out_ << std::flush;
    if (options_.env_file.empty())
      return true;
    file.close();
    if (!file)
      failed("cannot write " + options_.env_file, exit_failed);
    return static_cast<bool>(file);
  }

  void wait_for_end() {
    signals_.async_wait([this](const boost::system::error_code& error, int) {
      if (!error)
        io_.stop();
    });
    if (options_.duration.count() == 0)
      return;
    limit_.expires_after(options_.duration);
    limit_.async_wait([this](const boost::system::error_code& error) {
      if (!error)
        io_.stop();
    });
  }

  void listen_to_keyboard() {
    boost::system::error_code ignored;
    keyboard_.assign(::dup(STDIN_FILENO), ignored); // a file cannot be waited for; then none is
    if (!ignored)
      next_line();
  }

  void next_line() {
    boost::asio::async_read_until(keyboard_, typed_, '\n',
                                  [this](const boost::system::error_code& error, size_t) {
                                    if (error)
                                      return;
                                    std::istream in{&typed_};
                                    std::string line;
                                    std::getline(in, line);
                                    order(line);
                                    next_line();
                                  });
  }

  void order(const std::string& line) {
    const auto space = line.find(' ');
    if (line.empty())
      return;
    const auto trouble =
        set_fault(line.substr(0, space), space == std::string::npos ? "" : line.substr(space + 1));
    if (trouble.empty())
      out_ << "# " << line << std::endl;
    else
      failed(trouble, exit_usage);
  }

  void report() {
    for (const auto& name : fleet_->names()) {
      const auto& server = *fleet_->find(name);
      const auto counts = server.counts();
      if (counts.requests + counts.sockets > 0)
        out_ << "# " << name << ": " << counts.requests << " requests, " << counts.sockets
             << " sockets, " << counts.faults << " with a fault; answers late by "
             << late_text(server.late()) << "\n";
    }
    out_ << std::flush;
  }

  static std::string late_text(const lateness& late) {
    using milliseconds = std::chrono::duration<double, std::milli>;
    const auto ms = [](lateness::duration what) { return milliseconds{what}.count(); };
    char text[80];
    std::snprintf(text, sizeof text, "p50 %.2f, p99 %.1f, max %.1f ms", ms(late.percentile(0.5)),
                  ms(late.percentile(0.99)), ms(late.max()));
    return text;
  }

  static std::vector<std::string> shipped_scripts() {
    const std::string folder = "bench/scripts/", ending = ".toml";
    std::vector<std::string> names;
    for (const auto& file : embedded_files())
      if (file.path.starts_with(folder))
        names.emplace_back(
            file.path.substr(folder.size(), file.path.size() - folder.size() - ending.size()));
    return names;
  }

  providers_bench_options options_;
  std::ostream& out_;
  std::ostream& err_;
  boost::asio::io_context io_{1};
  boost::asio::signal_set signals_{io_, SIGTERM, SIGINT};
  net_timer limit_{io_};
  boost::asio::posix::stream_descriptor keyboard_{io_};
  boost::asio::streambuf typed_{order_max};
  std::ofstream log_;
  std::unique_ptr<stand_in_fleet> fleet_;
};

} // namespace

int run_providers_bench(providers_bench_options options, const engine_config& config,
                        std::ostream& out, std::ostream& err) {
  if (!options.fleet.brain)
    options.fleet.brain =
        receptionist_brain(std::make_shared<const assistant>(config.assistants.front()), [] {
          return std::chrono::time_point_cast<timestamp::duration>(
              std::chrono::system_clock::now());
        });
  if (options.number_replies)
    options.fleet.brain = numbered(std::move(options.fleet.brain));
  return providers_bench{std::move(options), out, err}.run();
}

} // namespace trunkline
