#include "bench/demo/demo.hpp"

#include "bench/carrier/call_command.hpp"
#include "infra/net/http_client.hpp"

#include <boost/asio/io_context.hpp>

#include <nlohmann/json.hpp>

#include <array>
#include <map>
#include <optional>
#include <sstream>
#include <string>

namespace trunkline {

namespace {

struct demo_call {
  const char* title;
  const char* script;
  const char* voice;
  const char* from;
};

// Each caller has a voice other than the agent's (slt) and a number of their own.
constexpr std::array<demo_call, 4> calls = {{
    {"a caller books an appointment", "booking", "rms", "+15550100001"},
    {"a caller asks and interrupts the answer", "question_interrupt", "rms", "+15550100002"},
    {"a caller leaves a message", "message", "awb", "+15550100003"},
    {"an emergency", "emergency", "rms", "+15550100004"},
}};

std::optional<std::string> get(const std::string& url) {
  boost::asio::io_context io;
  std::optional<std::string> body;
  client_request request;
  request.url = url;
  http_fetch(io, std::move(request), [&](result<http_response> answer) {
    if (answer && answer->status == 200)
      body = answer->body;
  });
  io.run();
  return body;
}

std::map<std::string, double> samples(const std::string& text) {
  std::map<std::string, double> all;
  std::istringstream lines{text};
  for (std::string line; std::getline(lines, line);) {
    const auto space = line.rfind(' ');
    if (line.rfind("trunkline_", 0) == 0 && line.find("_bucket{") == std::string::npos &&
        space != std::string::npos)
      all[line.substr(0, space)] = std::strtod(line.c_str() + space, nullptr);
  }
  return all;
}

void print_rows(const std::string& title, const std::string& list, const std::string& body,
                const std::vector<const char*>& columns, std::ostream& out) {
  const auto value = nlohmann::json::parse(body, nullptr, false);
  out << "\n" << title << "\n";
  if (!value.is_object() || !value.contains(list))
    return;
  for (const auto& row : value[list]) {
    out << "  ";
    for (const auto* column : columns)
      if (row.contains(column) && row[column].is_string() &&
          !row[column].get<std::string>().empty())
        out << column << "=" << row[column].get<std::string>() << "  ";
    out << "\n";
  }
}

void print_moved(const std::map<std::string, double>& before,
                 const std::map<std::string, double>& after, std::ostream& out) {
  out << "\nmetrics that moved\n";
  for (const auto& [name, value] : after) {
    const auto old = before.find(name);
    const auto was = old == before.end() ? 0 : old->second;
    if (value != was)
      out << "  " << name << "  " << was << " -> " << value << "\n";
  }
}

} // namespace

bool play_demo(const serving& where, const engine_config& config, std::ostream& out,
               std::ostream& err) {
  const auto before = samples(get(where.admin_url + "/metrics").value_or(""));
  bool good = true;
  for (const auto& one : calls) {
    out << "\n=== " << one.title << "\n" << std::flush;
    call_options options;
    options.url = where.base_url;
    options.admin_url = where.admin_url;
    options.script = one.script;
    options.voice = one.voice;
    options.from = one.from;
    options.seed = 4;
    options.token = config.carrier.auth_token;
    options.state_dir = config.state_dir;
    good = run_call(options, out, err) == 0 && good;
  }
  const auto read = [&](const char* path) { return get(where.admin_url + path).value_or(""); };
  print_rows("calls stored", "calls", read("/api/v1/calls"),
             {"started_at", "caller_number", "outcome", "end_reason"}, out);
  print_rows("appointments stored", "appointments", read("/api/v1/appointments"),
             {"starts_at", "service_id", "caller_name", "caller_number", "status"}, out);
  print_rows("messages stored", "messages", read("/api/v1/messages"),
             {"for_whom", "caller_name", "caller_number", "text"}, out);
  print_moved(before, samples(read("/metrics")), out);
  out << "\n"
      << (good ? "All four calls ended as expected." : "NOT all calls ended as expected.")
      << std::endl;
  return good;
}

} // namespace trunkline
