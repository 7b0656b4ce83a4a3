#include "bench/carrier/call_command.hpp"

#include "bench/carrier/call_session.hpp"
#include "bench/carrier/carrier_account.hpp"
#include "bench/carrier/rest_stand_in.hpp"
#include "infra/net/http_client.hpp"
#include "protocol/audio/mulaw.hpp"
#include "protocol/audio/wav.hpp"
#include "protocol/text/json.hpp"

#include <nlohmann/json.hpp>

#include <boost/asio/post.hpp>

#include <poll.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <ostream>
#include <regex>
#include <thread>

namespace trunkline {

namespace {

using namespace std::chrono_literals;

constexpr auto start_spacing = 20ms;
constexpr auto wind_up_time = 300ms;
constexpr int failed = 1, usage = 2, unreachable = 69;

carrier_settings carrier_of(const call_options& options) {
  carrier_settings carrier;
  carrier.url = options.url;
  carrier.incoming_path = options.incoming_path;
  carrier.status_path = options.status_path;
  carrier.dial_status = options.dial_status;
  carrier.webhooks.token = signing_token(options.token, options.state_dir);
  carrier.webhooks.fallback_url = options.fallback_url;
  for (const auto& sid : {environment_text("TWILIO_ACCOUNT_SID"), options.account_sid})
    if (!sid.empty())
      carrier.account_sid = sid;
  return carrier;
}

class call_run {
public:
  call_run(const call_options& options, std::ostream& out, std::ostream& err)
      : options_(options), out_(out), err_(err) {}

  int run();

private:
  bool prepare();
  bool make_plans();
  void listen_to_keyboard();
  void typed(const std::string& text);
  void start_next(size_t index);
  void wind_up();
  bool write_wav() const;
  int report() const;

  const call_options& options_;
  std::ostream& out_;
  std::ostream& err_;
  boost::asio::io_context io_{1};
  net_timer patience_{io_};
  std::unique_ptr<rest_stand_in> rest_;
  carrier_settings carrier_;
  std::vector<call_plan> plans_;
  std::vector<std::shared_ptr<call_session>> sessions_;
  std::atomic<bool> over_{false};
  size_t running_ = 0;
};

bool call_run::prepare() {
  carrier_ = carrier_of(options_);
  std::string problem;
  if (const auto url = parse_url(options_.url); !url)
    problem = "--url: " + url.error().context;
  else if (carrier_.webhooks.token.empty())
    problem = "no token to sign with: set TWILIO_AUTH_TOKEN, or TRUNKLINE_STATE_DIR to the "
              "directory of the engine's dev-token";
  for (const auto& pattern : options_.expect) {
    try {
      (void)agent_pattern(pattern);
    } catch (const std::regex_error&) {
      problem = "--expect: not a regular expression: " + pattern;
    }
  }
  if (!problem.empty()) {
    err_ << "trunkline call: " << problem << std::endl;
    return false;
  }
  return make_plans();
}

bool call_run::make_plans() {
  caller_script script;
  script.name = "typed";
  if (!options_.script.empty()) {
    auto loaded = load_caller_script(options_.script);
    if (!loaded) {
      err_ << "trunkline call: " << loaded.error().context << std::endl;
      return false;
    }
    script = std::move(*loaded);
  }
  for (unsigned i = 0; i < options_.calls; ++i) {
    auto spoken = speak_script(script, options_.voice, options_.seed + i, options_.which);
    if (!spoken) {
      err_ << "trunkline call: " << spoken.error().context << std::endl;
      return false;
    }
    call_plan plan;
    plan.from = caller_number(options_.from, i);
    plan.to = options_.to;
    plan.caller_name = options_.caller_name;
    plan.script = std::move(*spoken);
    plan.duration_max = options_.duration_max;
    plan.noise_level = options_.noise_level;
    plan.record = !options_.wav.empty() && i == 0;
    if (options_.script.empty()) // a person at the keyboard takes their time
      plan.habits.hang_up = plan.habits.patience = options_.duration_max;
    plans_.push_back(std::move(plan));
  }
  return true;
}

int call_run::run() {
  if (!prepare())
    return usage;
  if (options_.rest_port != 0) {
    auto rest = rest_stand_in::start(io_, carrier_.account_sid, carrier_.webhooks.token,
                                     options_.rest_port);
    if (!rest) {
      err_ << "trunkline call: " << rest.error().context << std::endl;
      return usage;
    }
    rest_ = std::move(*rest);
  }
  if (plans_.empty())
    return 0;
  running_ = plans_.size();
  for (size_t i = 0; i < plans_.size(); ++i) {
    const auto prefix = plans_.size() == 1 ? std::string{} : "[" + std::to_string(i + 1) + "] ";
    sessions_.push_back(std::make_shared<call_session>(io_, options_, carrier_, plans_[i], prefix,
                                                       options_.json ? nullptr : &out_));
    if (rest_)
      rest_->add(sessions_.back()->call());
  }
  start_next(0);
  std::thread keyboard;
  if (options_.script.empty())
    keyboard = std::thread{[this] { listen_to_keyboard(); }};
  io_.run();
  over_ = true;
  if (keyboard.joinable())
    keyboard.join();
  return report();
}

// One after the other: the server's door counts connections that have not yet shown a good request,
// and real calls do not arrive in the same millisecond either.
void call_run::start_next(size_t index) {
  sessions_[index]->start([this] {
    if (--running_ == 0)
      wind_up();
  });
  if (index + 1 == sessions_.size())
    return;
  patience_.expires_after(start_spacing);
  patience_.async_wait([this, index](const boost::system::error_code&) { start_next(index + 1); });
}

// Closing handshakes still run; what has not ended soon is left behind.
void call_run::wind_up() {
  if (rest_)
    rest_->close();
  patience_.expires_after(wind_up_time);
  patience_.async_wait([this](const boost::system::error_code&) { io_.stop(); });
}

// Reads lines as they are typed; looks up now and then to see whether the call is over.
void call_run::listen_to_keyboard() {
  std::string pending;
  while (!over_) {
    pollfd keyboard{STDIN_FILENO, POLLIN, 0};
    if (::poll(&keyboard, 1, 100) <= 0)
      continue;
    char chunk[512];
    const auto got = ::read(STDIN_FILENO, chunk, sizeof chunk);
    if (got <= 0) {
      boost::asio::post(io_, [this] { sessions_.front()->call()->hang_up("end of input"); });
      return;
    }
    pending.append(chunk, static_cast<size_t>(got));
    for (auto end = pending.find('\n'); end != std::string::npos; end = pending.find('\n')) {
      typed(pending.substr(0, end));
      pending.erase(0, end + 1);
    }
  }
}

void call_run::typed(const std::string& text) {
  if (text.empty())
    return;
  auto audio = speak(options_.voice, text);
  boost::asio::post(io_, [this, text, audio = std::move(audio)] {
    if (audio)
      sessions_.front()->call()->say(text, *audio);
    else
      err_ << "trunkline call: " << audio.error().context << std::endl;
  });
}

bool call_run::write_wav() const {
  const auto& call = *sessions_.front()->call();
  const auto left = mulaw_decode(call.spoken()), right = mulaw_decode(call.ear().heard());
  std::ofstream file{options_.wav, std::ios::binary};
  file << write_wav_stereo(left, right, 8000);
  file.close();
  return static_cast<bool>(file);
}

int call_run::report() const {
  bool good = true, anybody = false;
  auto calls = nlohmann::json::array();
  for (const auto& session : sessions_) {
    good &= session->good();
    anybody |= session->call()->facts().first_heard > 0us || session->call()->facts().streams > 0;
    if (options_.json)
      calls.push_back(session->to_json());
    else
      session->print_summary();
  }
  if (options_.json)
    out_ << to_text({{"good", good}, {"calls", std::move(calls)}}) << std::endl;
  if (!options_.wav.empty() && !write_wav()) {
    err_ << "trunkline call: cannot write " << options_.wav << std::endl;
    good = false;
  }
  bool lost_all = !sessions_.empty();
  for (const auto& session : sessions_)
    lost_all &= session->call()->facts().lost;
  if (lost_all && !anybody) {
    err_ << "trunkline call: nobody answers at " << options_.url << std::endl;
    return unreachable;
  }
  return good ? 0 : failed;
}

} // namespace

int run_call(const call_options& options, std::ostream& out, std::ostream& err) {
  return call_run{options, out, err}.run();
}

} // namespace trunkline
