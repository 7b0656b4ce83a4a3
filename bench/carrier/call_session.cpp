#include "bench/carrier/call_session.hpp"

#include "protocol/text/json.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <iomanip>
#include <ostream>
#include <regex>
#include <sstream>

namespace trunkline {

namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using kind = call_event::kind;

constexpr auto look_every = 200ms;
constexpr unsigned calls_per_look = 10; // of many calls each is looked at less often
constexpr auto last_look_time = 5000ms; // for the outcome to be stored

std::string seconds(media_time at) {
  std::ostringstream text;
  text << std::fixed << std::setprecision(2) << static_cast<double>(at.count()) / 1e6;
  return text.str();
}

std::string text_of(const call_event& event) {
  switch (event.what) {
  case kind::answered:
    return "* answered with TwiML after " + event.text + " ms";
  case kind::stream_started:
    return "* media stream open";
  case kind::stream_ended:
    return event.text.empty() ? "* the server ended the media stream"
                              : "* no media stream: " + event.text;
  case kind::caller_speaks:
    return "caller> " + event.text;
  case kind::caller_presses:
    return "caller> [keys " + event.text + "]";
  case kind::carrier_says:
    return "carrier voice> " + event.text;
  case kind::recorded:
    return "caller> [leaves a message] " + event.text;
  case kind::dialled:
    return "* transfer to " + event.text;
  case kind::updated:
    return "* the server replaced the call's TwiML by REST";
  case kind::trouble:
    return "! " + event.text;
  case kind::ended:
    return "* call over: " + event.text;
  default:
    return {};
  }
}

} // namespace

std::string waterfall(const turn_record& turn) {
  int sum = 0;
  std::string parts;
  for (const auto& part : turn.latency) {
    sum += part.ms;
    parts += (parts.empty() ? "" : " + ") + part.name + " " + std::to_string(part.ms) + " (" +
             part.owner + ")";
  }
  return parts.empty() ? parts : std::to_string(sum) + " ms = " + parts;
}

call_session::call_session(boost::asio::io_context& io, const call_options& options,
                           carrier_settings carrier, call_plan plan, std::string prefix,
                           std::ostream* out)
    : io_(io), options_(options), plan_(std::move(plan)), prefix_(std::move(prefix)), out_(out),
      call_(std::make_shared<simulated_call>(io, std::move(carrier), plan_,
                                             [this](const call_event& event) { on_event(event); })),
      last_look_(io) {}

void call_session::start(std::function<void()> over) {
  over_ = std::move(over);
  if (!options_.admin_url.empty()) {
    call_->caller().will_know_words();
    watch_ = std::make_shared<call_watch>(
        io_, options_.admin_url, call_->facts().call_sid,
        look_every * std::max(1u, options_.calls / calls_per_look),
        [self = shared_from_this()](auto asked, const auto& view) { self->on_view(asked, view); });
    watch_->start();
  }
  call_->start([self = shared_from_this()] { self->call_over(); });
}

void call_session::line(const std::string& text) const {
  if (out_)
    *out_ << prefix_ << text << std::endl;
}

void call_session::on_event(const call_event& event) {
  const bool knows_words = ever_seen_;
  if (event.what == kind::caller_speaks || event.what == kind::ended)
    print_turns(true); // what was heard before
  if (event.what == kind::agent_heard && !knows_words)
    line("agent>  (speaks" +
         (event.text.empty() ? "" : ", " + event.text + " ms after your last word") + ")");
  else if (const auto text = text_of(event); !text.empty())
    line(text);
}

void call_session::on_view(std::chrono::steady_clock::time_point asked, const watched_call& view) {
  ever_seen_ = true;
  view_ = view;
  for (const auto& turn : view.turns)
    if (turn.role == "agent")
      call_->caller().agent_said(turn.index, turn.text);
  call_->caller().words_known_until(call_->now() - std::chrono::duration_cast<media_time>(
                                                       std::chrono::steady_clock::now() - asked));
  print_turns(false);
  if (over_noted_ && view.state == "ended")
    finish();
}

// A turn is printed when nothing more is going to change in it: a later one exists, the words are
// the same as at the look before while the agent is silent, or the call is over.
void call_session::print_turns(bool all) {
  for (size_t i = 0; i < view_.turns.size(); ++i) {
    const auto& turn = view_.turns[i];
    if (turn.index <= printed_)
      continue;
    auto& previous = previous_texts_[turn.index];
    const bool settled = previous == turn.text && !turn.heard.empty() &&
                         call_->now() - call_->ear().last_heard() > 400ms;
    previous = turn.text;
    if (!all && i + 1 == view_.turns.size() && !settled)
      return;
    printed_ = turn.index;
    print_turn(turn);
  }
}

void call_session::print_turn(const turn_record& turn) {
  if (turn.role == "caller") {
    line("        (understood: " + turn.text + ")");
    return;
  }
  auto text = "agent>  " + turn.text;
  if (!turn.heard.empty() && turn.heard != turn.text)
    text += "  [heard: " + turn.heard + "]";
  line(text);
  auto facts = waterfall(turn);
  if (turn.speculated_ms > 0)
    facts += "; begun " + std::to_string(turn.speculated_ms) + " ms before the turn was over";
  if (turn.speculations_wasted > 0)
    facts += "; begun and thrown away: " + std::to_string(turn.speculations_wasted);
  if (!turn.action.empty())
    facts += (facts.empty() ? "" : "; ") + turn.action;
  if (!turn.rung.empty() && turn.rung != "L0")
    facts += (facts.empty() ? "" : "; ") + turn.rung + ": " + turn.rung_reason;
  if (!facts.empty())
    line("        " + facts);
}

void call_session::call_over() {
  over_noted_ = true;
  if (!watch_) {
    finish();
    return;
  }
  last_look_.expires_after(last_look_time);
  last_look_.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
    if (!error)
      self->finish();
  });
}

void call_session::finish() {
  if (!over_)
    return;
  last_look_.cancel();
  if (watch_)
    watch_->stop();
  print_turns(true);
  const auto over = std::exchange(over_, nullptr);
  const auto& wanted = plan_.script.script.appointment;
  if (!wanted || options_.admin_url.empty()) {
    over();
    return;
  }
  client_request request;
  request.url = options_.admin_url + "/api/v1/appointments";
  http_fetch(io_, std::move(request), [self = shared_from_this(), over, wanted](auto answer) {
    self->appointments_seen_ = answer && answer->status == 200;
    self->appointment_found_ =
        self->appointments_seen_ &&
        has_appointment(answer->body, self->call_->facts().call_sid, *wanted);
    over();
  });
}

std::vector<std::string> call_session::agent_words() const {
  auto words = call_->facts().carrier_said;
  for (const auto& turn : view_.turns)
    if (turn.role == "agent")
      words.push_back(turn.text);
  return words;
}

std::vector<expectation> call_session::expectations() const {
  std::vector<expectation> all;
  all.push_back({"the caller is not dropped", !call_->facts().lost, true});
  const auto& script = plan_.script.script;
  if (!script.outcome.empty())
    all.push_back(
        {"outcome is " + script.outcome + (ever_seen_ ? " (it is \"" + view_.outcome + "\")" : ""),
         view_.outcome == script.outcome, ever_seen_});
  if (script.appointment)
    all.push_back({"the store has " + to_string(*script.appointment), appointment_found_,
                   appointments_seen_});
  auto patterns = script.said;
  patterns.insert(patterns.end(), options_.expect.begin(), options_.expect.end());
  const auto words = agent_words();
  for (const auto& pattern : patterns) {
    const auto regex = agent_pattern(pattern);
    const bool said = std::any_of(words.begin(), words.end(),
                                  [&](const auto& text) { return std::regex_search(text, regex); });
    all.push_back({"the agent says /" + pattern + "/", said, ever_seen_ || said});
  }
  return all;
}

bool call_session::good() const {
  const auto all = expectations();
  return std::all_of(all.begin(), all.end(),
                     [](const auto& one) { return one.holds || !one.checked; });
}

void call_session::print_summary() const {
  const auto& facts = call_->facts();
  auto gaps = facts.gaps;
  std::sort(gaps.begin(), gaps.end());
  std::string waits = "the agent never had to answer";
  if (!gaps.empty())
    waits = "waits of " + std::to_string(gaps.front().count()) + " to " +
            std::to_string(gaps.back().count()) + " ms, median " +
            std::to_string(gaps[gaps.size() / 2].count()) + " ms (" + std::to_string(gaps.size()) +
            ")";
  line("* " + facts.call_sid + ": " + seconds(facts.duration) + " s, first sound after " +
       seconds(facts.first_heard) + " s, " + waits + "; " +
       std::to_string(facts.media.frames_sent) + " frames sent, " +
       std::to_string(facts.media.frames_late) + " late");
  if (ever_seen_)
    line("* outcome: " + (view_.outcome.empty() ? "none" : view_.outcome) + " (" +
         view_.end_reason + ")");
  for (const auto& one : expectations())
    line(std::string{one.holds     ? "  ok    "
                     : one.checked ? "  FAILED "
                                   : "  ?     "} +
         one.what + (one.checked ? "" : " (not known without the admin API)"));
}

json call_session::to_json() const {
  const auto& facts = call_->facts();
  auto turns = json::array(), checks = json::array(), gaps = json::array();
  for (const auto& turn : view_.turns) {
    auto latency = json::array();
    for (const auto& part : turn.latency)
      latency.push_back({{"name", part.name}, {"owner", part.owner}, {"ms", part.ms}});
    turns.push_back({{"index", turn.index},
                     {"role", turn.role},
                     {"text", turn.text},
                     {"heard", turn.heard},
                     {"speculated_ms", turn.speculated_ms},
                     {"speculations_wasted", turn.speculations_wasted},
                     {"response_time_ms", turn.response_time_ms},
                     {"action", turn.action},
                     {"rung", turn.rung},
                     {"latency", std::move(latency)}});
  }
  for (const auto& one : expectations())
    checks.push_back({{"what", one.what}, {"holds", one.holds}, {"checked", one.checked}});
  for (const auto& gap : facts.gaps)
    gaps.push_back(gap.count());
  return {{"call_sid", facts.call_sid},
          {"good", good()},
          {"ended_by", facts.ended_by},
          {"lost", facts.lost},
          {"outcome", view_.outcome},
          {"end_reason", view_.end_reason},
          {"duration_ms", facts.duration / 1ms},
          {"first_heard_ms", facts.first_heard / 1ms},
          {"gaps_ms", std::move(gaps)},
          {"carrier_said", facts.carrier_said},
          {"languages", facts.languages},
          {"dialled", facts.dialled},
          {"messages_left", facts.messages_left},
          {"documents", facts.documents},
          {"streams", facts.streams},
          {"troubles", facts.troubles},
          {"frames_sent", facts.media.frames_sent},
          {"frames_late", facts.media.frames_late},
          {"media_received", facts.media.media_received},
          {"marks_echoed", facts.media.marks_echoed},
          {"clears", facts.media.clears},
          {"bad_messages", facts.media.bad_messages},
          {"expectations", std::move(checks)},
          {"turns", std::move(turns)}};
}

} // namespace trunkline
