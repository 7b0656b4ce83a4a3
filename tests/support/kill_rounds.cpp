#include "tests/support/kill_rounds.hpp"

#include <nlohmann/json.hpp>

#include <gtest/gtest.h>

#include <boost/asio/steady_timer.hpp>

#include <csignal>

namespace trunkline::testing {

namespace {

std::string count_of(sql_session& db, const std::string& sql) {
  std::string found = "failed";
  (void)db.run(sql, {}, [&](const sql_row& row) { found = std::to_string(row.number(0)); });
  return found;
}

} // namespace

kill_rounds::kill_rounds(sql_dialect dialect, unsigned seed) : database_(dialect), random_(seed) {}

void kill_rounds::run(unsigned rounds) {
  for (unsigned round = 0; round < rounds && !::testing::Test::HasFailure(); ++round) {
    start();
    if (!live_.empty())
      bring_back(live_);
    load_until_killed();
  }
  start();
  bring_back(live_);
  check();
}

void kill_rounds::start() {
  const auto began = std::chrono::steady_clock::now();
  process_.emplace(std::vector<std::string>{binary().string(), "serve"},
                   std::map<std::string, std::string>{
                       {"TRUNKLINE_STATE_DIR", (dir_.path() / "state").string()},
                       {"TRUNKLINE_SERVER_LISTEN", "127.0.0.1:0"},
                       {"TRUNKLINE_SERVER_ADMIN_LISTEN", "127.0.0.1:0"},
                       {"TRUNKLINE_LIMITS_CALLS_PER_SECOND", "10000"},
                       {"TRUNKLINE_LIMITS_WEBHOOKS_PER_SECOND_PER_ADDRESS", "10000"},
                       {"DATABASE_URL", database_.url().text},
                       {"TWILIO_AUTH_TOKEN", token}});
  const auto line = process_->wait_for_line("\"engine.ready\"");
  ASSERT_TRUE(line) << process_->errors();
  starts.push_back(std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - began));
  url = nlohmann::json::parse(*line, nullptr, false).value("url", "");
}

form_fields kill_rounds::fields(const std::string& sid, const form_fields& more) {
  auto all = ringing(sid, "+1555" + std::to_string(1000000 + serial_));
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

/// Each call: announced, its status, a recording; the last one is live when the engine dies.
void kill_rounds::load_until_killed() {
  live_ = "CAlive" + std::to_string(++serial_);
  const auto offer = offer_in(post("/voice/incoming", fields(live_, {})).body);
  const auto stream = open_stream(offer.url);
  stream->send_start(live_, offer.token);
  EXPECT_TRUE(wait([&] { return !stream->received.empty(); })) << "no greeting for " << live_;
  boost::asio::steady_timer killer{io}; // fires in the middle of a request
  killer.expires_after(std::chrono::milliseconds{std::uniform_int_distribution{100, 700}(random_)});
  killer.async_wait([this](auto) { process_->signal(SIGKILL); });
  for (bool alive = true; alive;) {
    const auto sid = "CA" + std::to_string(++serial_);
    const auto answer = post("/voice/incoming", fields(sid, {}));
    if (answer.status == 200 && answer.body.find("<Stream") != std::string::npos)
      calls_.insert(sid);
    const auto status = post("/voice/status", {{"CallSid", sid},
                                               {"AccountSid", "AC1"},
                                               {"CallStatus", "in-progress"},
                                               {"SequenceNumber", "1"}});
    if (status.status == 204 && calls_.count(sid))
      statuses_.insert(sid);
    const auto recorded = post("/voice/after?step=recorded",
                               fields(sid, {{"RecordingSid", "RE" + sid},
                                            {"RecordingUrl", "https://example.com/" + sid},
                                            {"RecordingDuration", "3"}}));
    if (recorded.status == 200 && recorded.body.find("saved") != std::string::npos)
      messages_.insert(sid);
    alive = answer.status != 0 && status.status != 0 && recorded.status != 0;
  }
  process_->wait_for_exit();
}

/// The carrier's <Redirect> after the stream: the caller goes on or leaves a message.
void kill_rounds::bring_back(const std::string& call_sid) {
  const auto answer = post("/voice/after", fields(call_sid, {{"CallStatus", "in-progress"}}));
  EXPECT_EQ(answer.status, 200u) << call_sid;
  if (answer.body.find("<Record") != std::string::npos) {
    ++messages_taken;
    return;
  }
  const auto offer = offer_in(answer.body);
  ASSERT_NE(offer.url, "") << call_sid << ": " << answer.body;
  const auto stream = open_stream(offer.url);
  stream->send_start(call_sid, offer.token);
  EXPECT_TRUE(wait([&] { return !stream->received.empty(); })) << "nothing is said to " << call_sid;
  ++resumed;
  stream->socket->close(1000, "");
  wait([&] { return stream->closed != 0; });
}

void kill_rounds::check() {
  const auto rows = database_.rows();
  const auto db = database_.session(session_use::read);
  // Rows that the journal has given back are on their way.
  wait([&] {
    return std::stoul(count_of(*db, "SELECT COUNT(*) FROM caller_messages")) >= messages_.size();
  });
  for (const auto& sid : calls_) {
    const auto call = rows->find_call(sid);
    ASSERT_TRUE(call && *call) << sid << " was acknowledged and is lost";
    if (statuses_.count(sid)) {
      EXPECT_EQ((*call)->carrier_sequence, 1) << sid << " has lost its status";
    }
    EXPECT_TRUE((*call)->ended_at) << sid << " is an orphan";
  }
  const auto kept = rows->list_messages(1'000'000);
  ASSERT_TRUE(kept);
  std::map<std::string, unsigned> by_call;
  for (const auto& one : *kept)
    ++by_call[one.call_sid];
  for (const auto& sid : messages_)
    EXPECT_EQ(by_call[sid], 1u) << sid << ": its message";
  EXPECT_EQ(count_of(*db, "SELECT COUNT(*) FROM (SELECT call_sid FROM audit_logs WHERE action ="
                          " 'call.started' GROUP BY call_sid HAVING COUNT(*) > 1) AS twice"),
            "0");
  EXPECT_EQ(count_of(*db, "SELECT COUNT(*) FROM outbox_dead"), "0");
}

} // namespace trunkline::testing
