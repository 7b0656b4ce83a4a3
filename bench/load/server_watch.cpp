#include "bench/load/server_watch.hpp"

#include "infra/net/http_client.hpp"
#include "infra/net/net_stream.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <utility>

namespace trunkline {

namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds settle_time{5000}, settle_step{200};

client_request page_of(const std::string& url) {
  client_request made;
  made.url = url;
  made.timeouts = {1000ms, 1000ms, 1000ms};
  return made;
}

result<std::string> ask_page(const std::string& url) {
  boost::asio::io_context io{1};
  result<std::string> page;
  http_fetch(io, page_of(url), [&](auto answer) {
    if (!answer)
      page = failure{failure_kind::unreachable, url + ": " + answer.error().context};
    else if (answer->status != 200)
      page = failure{failure_kind::unreachable, url + ": status " + std::to_string(answer->status)};
    else
      page = std::move(answer->body);
  });
  io.run();
  return page;
}

} // namespace

server_usage parse_server_metrics(std::string_view page) {
  server_usage made;
  double rss = 0, descriptors = 0, threads = 0, actors = 0;
  const std::pair<std::string_view, double*> wanted[]{{"process_cpu_seconds_total", &made.cpu_s},
                                                      {"process_resident_memory_bytes", &rss},
                                                      {"process_open_fds", &descriptors},
                                                      {"process_threads", &threads},
                                                      {"caf_system_running_actors", &actors}};
  while (!page.empty()) {
    const auto line = page.substr(0, page.find('\n'));
    page.remove_prefix(std::min(line.size() + 1, page.size()));
    const auto name = line.substr(0, line.find_first_of("{ \t"));
    auto value = line.substr(name.size());
    if (value.starts_with('{'))
      value.remove_prefix(std::min(value.rfind('}') + 1, value.size()));
    value.remove_prefix(std::min(value.find_first_not_of(" \t"), value.size()));
    double number = 0;
    std::from_chars(value.data(), value.data() + value.size(), number);
    for (const auto& [known, to] : wanted)
      if (known == name && number >= 0 && number < 1e15)
        *to += number; // of several processes, all
  }
  made.rss_bytes = static_cast<uint64_t>(rss);
  made.descriptors = static_cast<uint64_t>(descriptors);
  made.threads = static_cast<uint64_t>(threads);
  made.actors = static_cast<uint64_t>(actors);
  return made;
}

result<server_usage> ask_server_metrics(const std::string& url) {
  const auto page = ask_page(url);
  if (!page)
    return page.error();
  const auto usage = parse_server_metrics(*page);
  if (usage.cpu_s == 0)
    return failure{failure_kind::bad_input, url + " has no process_cpu_seconds_total", false};
  return usage;
}

server_watch::server_watch(boost::asio::io_context& io, server_sources where)
    : io_(io), where_(std::move(where)) {}

server_usage server_watch::look() {
  if (where_.pid != 0) {
    const auto usage = usage_of(where_.pid);
    return usage ? server_usage{*usage} : server_usage{};
  }
  if (!where_.metrics_url.empty() && !asked_->waits) {
    asked_->waits = true;
    http_fetch(io_, page_of(where_.metrics_url), [to = asked_](auto answer) {
      to->waits = false;
      if (answer && answer->status == 200)
        to->known = parse_server_metrics(answer->body);
    });
  }
  return asked_->known;
}

server_usage server_watch::begin() {
  if (where_.pid == 0 && !where_.metrics_url.empty())
    if (const auto usage = ask_server_metrics(where_.metrics_url))
      asked_->known = *usage;
  auto made = where_.pid != 0 ? look() : asked_->known;
  made.actors = actors_first_ = actors();
  return made;
}

server_usage server_watch::end() {
  const auto first = actors_first_;
  auto made = begin();
  actors_first_ = first;
  boost::asio::io_context io{1};
  net_timer pause{io};
  for (auto waited = 0ms; made.actors > first && waited < settle_time; waited += settle_step) {
    pause.expires_after(settle_step);
    pause.wait();
    made.actors = actors();
  }
  return made;
}

uint64_t server_watch::actors() const {
  if (where_.admin_url.empty())
    return asked_->known.actors;
  const auto page = ask_page(where_.admin_url + "/metrics");
  return page ? parse_server_metrics(*page).actors : 0;
}

} // namespace trunkline
