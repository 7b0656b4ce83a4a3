#include "bench/carrier/simulated_call.hpp"

#include "bench/carrier/call_time.hpp"

#include <boost/asio/post.hpp>

#include <random>

namespace trunkline {

namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;
using kind = call_event::kind;

// Since the caller's last words: a redirect loop ends as the carrier ends it.
constexpr unsigned documents_max = 30;

} // namespace

std::string random_sid(std::string_view prefix) {
  thread_local std::mt19937_64 random{std::random_device{}()};
  std::string sid{prefix};
  for (int i = 0; i < 32; ++i)
    sid += "0123456789abcdef"[random() % 16];
  return sid;
}

simulated_call::simulated_call(boost::asio::io_context& io, carrier_settings settings,
                               call_plan plan, std::function<void(const call_event&)> observer)
    : io_(io), settings_(std::move(settings)), plan_(std::move(plan)),
      observer_(std::move(observer)), began_(clock::now()), wait_(io), limit_(io),
      caller_(plan_.script, plan_.habits), ear_(plan_.record) {
  facts_.call_sid = plan_.call_sid.empty() ? random_sid("CA") : plan_.call_sid;
}

media_time simulated_call::now() const {
  return std::chrono::duration_cast<media_time>(clock::now() - began_);
}

void simulated_call::note(kind what, std::string text, media_time measured) {
  if (observer_)
    observer_({what, now(), std::move(text), measured});
}

form_fields simulated_call::fields(const form_fields& more) const {
  form_fields all{{"CallSid", facts_.call_sid}, {"AccountSid", settings_.account_sid},
                  {"From", plan_.from},         {"To", plan_.to},
                  {"Caller", plan_.from},       {"Called", plan_.to},
                  {"CallStatus", status_},      {"ApiVersion", "2010-04-01"},
                  {"Direction", "inbound"}};
  if (!plan_.caller_name.empty())
    all.emplace_back("CallerName", plan_.caller_name);
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

void simulated_call::start(std::function<void()> finished) {
  finished_ = std::move(finished);
  limit_.expires_after(plan_.duration_max);
  limit_.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
    if (!error)
      self->hang_up("the call's time limit");
  });
  if (settings_.stream_url.empty()) {
    const auto& path = plan_.incoming_path;
    ask(settings_.url + (path.empty() ? settings_.incoming_path : path), {});
    return;
  }
  const element stream{"Stream", {}, {{"url", settings_.stream_url}}, {}};
  load({settings_.url, {{"Connect", {}, {}, {stream}}}, {}});
}

void simulated_call::ask(const std::string& url, const form_fields& more) {
  ++facts_.documents;
  if (++documents_since_words_ > documents_max) {
    end("too many TwiML documents", true);
    return;
  }
  const auto run = ++run_;
  ask_for_twiml(
      io_, settings_.webhooks, url, fields(more),
      [self = shared_from_this()](const std::string& trouble) {
        ++self->facts_.troubles;
        self->note(kind::trouble, trouble);
      },
      [self = shared_from_this(), run](result<twiml_document> document) {
        if (self->ended_ || run != self->run_)
          return;
        if (document)
          self->load(std::move(*document));
        else
          self->end("lost: no TwiML (" + document.error().context +
                        "), the carrier says an application error has occurred",
                    true);
      });
}

void simulated_call::load(twiml_document document) {
  document_ = std::move(document);
  verb_ = 0;
  const bool rejected = !document_.verbs.empty() && document_.verbs.front().name == "Reject";
  if (status_ == "ringing" && !rejected) {
    status_ = "in-progress";
    note(kind::answered, std::to_string(document_.took / 1ms), document_.took);
    post_status("in-progress");
  } else if (document_.took > 0us) {
    page_came();
  }
  next_verb();
}

void simulated_call::next_verb() {
  if (ended_)
    return;
  if (verb_ >= document_.verbs.size()) {
    end("the TwiML came to its end");
    return;
  }
  const auto verb = document_.verbs[verb_++];
  perform(verb);
}

void simulated_call::perform(const element& verb) {
  if (verb.name == "Connect") {
    connect(verb);
  } else if (verb.name == "Gather") {
    gather(verb);
  } else if (verb.name == "Say") {
    say_by_carrier(verb);
  } else if (verb.name == "Redirect") {
    ask(here(verb.text), {});
  } else if (verb.name == "Record") {
    record(verb);
  } else if (verb.name == "Dial") {
    dial(verb);
  } else if (verb.name == "Hangup") {
    end("hung up by TwiML");
  } else if (verb.name == "Reject") {
    status_ = verb.attribute("reason") == "busy" ? "busy" : "no-answer";
    end("rejected");
  } else if (verb.name == "Pause") {
    after(std::chrono::seconds{number_or(verb.attribute("length"), 1)});
  } else {
    note(kind::trouble, "the simulated carrier does not know <" + verb.name + ">");
    ++facts_.troubles;
    next_verb();
  }
}

void simulated_call::after(std::chrono::milliseconds delay) {
  wait_.expires_after(delay);
  wait_.async_wait([self = shared_from_this(), run = run_](const boost::system::error_code& error) {
    if (!error && run == self->run_)
      self->next_verb();
  });
}

void simulated_call::say_by_carrier(const element& verb) {
  heard_something(now());
  facts_.carrier_said.push_back(verb.text);
  note(kind::carrier_says, verb.text);
  after(settings_.say_per_character * static_cast<int>(verb.text.size()));
}

void simulated_call::connect(const element& verb) {
  if (const auto* relay = verb.child("ConversationRelay")) {
    connect_relay(verb, *relay);
    return;
  }
  const auto* stream = verb.child("Stream");
  if (!stream || stream->attribute("url").empty()) {
    note(kind::trouble, "<Connect> without a <Stream> this carrier can open");
    ++facts_.troubles;
    next_verb();
    return;
  }
  stream_started start{.stream_sid = random_sid("MZ"),
                       .account_sid = settings_.account_sid,
                       .call_sid = facts_.call_sid,
                       .parameters = {}};
  for (const auto& parameter : stream->children)
    if (parameter.name == "Parameter")
      start.parameters.emplace_back(parameter.attribute("name"), parameter.attribute("value"));
  const auto run = run_;
  const auto self = shared_from_this();
  if (other_channel(call_channel::media_stream))
    return;
  media_leg::events events;
  events.on_started = [this, asked = now()] {
    ++facts_.streams;
    note(kind::stream_started, {}, now() - asked);
  };
  events.on_voice = [this](media_time at) { voice_sent(at); };
  events.on_voice_change = [this](media_time at, const voice_event& event) {
    voice_changed(at, event);
  };
  events.on_clear = [this](media_time at) { cleared(at); };
  events.on_tick = [this](media_time at) { tick(at); };
  events.on_spoken = [this](media_time at) { line_spoken(at); };
  events.on_end = [self, run, verb](std::string why) {
    if (run == self->run_ && !self->ended_)
      self->stream_over(verb, std::move(why));
  };
  leg_ = std::make_shared<media_leg>(io_, began_, ear_, std::move(events));
  if (plan_.time_voice || plan_.barge_in_decided > 0ms)
    leg_->watch_voice();
  leg_->set_noise(plan_.noise_level);
  if (plan_.record)
    leg_->record_into(&spoken_);
  leg_->start(settings_.webhooks, std::string{stream->attribute("url")}, std::move(start));
}

void simulated_call::stream_over(const element& verb, std::string why) {
  drop_leg();
  if (!why.empty()) {
    ++facts_.troubles;
    facts_.stream_trouble = why;
  }
  note(kind::stream_ended, std::move(why));
  if (verb.attribute("action").empty())
    next_verb();
  else
    ask(here(verb.attribute("action")), {});
}

void simulated_call::record(const element& verb) {
  const auto message = caller_.message();
  const auto seconds = message.audio ? std::max<size_t>(1, message.audio->size() / 8000) : 2;
  facts_.messages_left.push_back(message.text);
  note(kind::recorded, message.text);
  const auto recording = random_sid("RE");
  const form_fields facts{{"RecordingSid", recording},
                          {"RecordingUrl", "https://api.twilio.com/2010-04-01/Accounts/" +
                                               settings_.account_sid + "/Recordings/" + recording},
                          {"RecordingDuration", std::to_string(seconds)}};
  if (const auto callback = verb.attribute("recordingStatusCallback"); !callback.empty()) {
    ++callbacks_pending_;
    auto more = facts;
    more.emplace_back("RecordingStatus", "completed");
    more.emplace_back("RecordingSource", "RecordVerb");
    more.emplace_back("RecordingChannels", "1");
    post_webhook(io_, settings_.webhooks, here(callback), fields(more),
                 [self = shared_from_this()](bool) {
                   --self->callbacks_pending_;
                   self->maybe_finish();
                 });
  }
  auto more = facts;
  more.emplace_back("Digits", message.hang_up ? "hangup" : "#");
  ask(here(verb.attribute("action")), more); // without one: this document again, as documented
}

void simulated_call::dial(const element& verb) {
  const auto* number = verb.child("Number");
  const auto target = number ? number->text : verb.text;
  facts_.dialled.push_back(target);
  note(kind::dialled, target + ": " + settings_.dial_status);
  if (verb.attribute("action").empty()) {
    next_verb();
    return;
  }
  const bool completed = settings_.dial_status == "completed";
  ask(here(verb.attribute("action")), {{"DialCallStatus", settings_.dial_status},
                                       {"DialCallSid", random_sid("CA")},
                                       {"DialBridged", completed ? "true" : "false"},
                                       {"DialCallDuration", completed ? "10" : "0"}});
}

bool simulated_call::update(const std::string& twiml) {
  if (ended_)
    return false;
  auto verbs = twiml::parse(twiml);
  if (!verbs)
    return false;
  note(kind::updated);
  ++run_;
  ++facts_.documents;
  drop_leg();
  const auto url = document_.url.empty() ? settings_.url : document_.url;
  load({url, std::move(*verbs), {}});
  return true;
}

bool simulated_call::update_from(const std::string& url) {
  if (ended_)
    return false;
  note(kind::updated);
  drop_leg();
  ask(url, {});
  return true;
}

void simulated_call::drop_leg() {
  if (const auto words = std::exchange(words_, nullptr))
    words->close();
  if (const auto relay = std::exchange(relay_, nullptr)) {
    facts_.relay.add(relay->counts());
    relay->stop();
  }
  if (!leg_)
    return;
  const auto counts = leg_->counts();
  facts_.media.frames_sent += counts.frames_sent;
  facts_.media.frames_late += counts.frames_late;
  facts_.media.media_received += counts.media_received;
  facts_.media.marks_echoed += counts.marks_echoed;
  facts_.media.clears += counts.clears;
  facts_.media.bad_messages += counts.bad_messages;
  facts_.media.flooded += counts.flooded;
  facts_.media.close_code = counts.close_code;
  std::exchange(leg_, nullptr)->stop();
}

void simulated_call::hang_up(const std::string& why) {
  if (!ended_)
    end("the caller hung up: " + why);
}

void simulated_call::post_status(const std::string& status, const form_fields& more) {
  if (settings_.status_path.empty())
    return;
  auto all = fields(more);
  for (auto& [name, value] : all)
    if (name == "CallStatus")
      value = status;
  all.emplace_back("SequenceNumber", std::to_string(status_sequence_++));
  all.emplace_back("CallbackSource", "call-progress-events");
  all.emplace_back("Timestamp", rfc2822_now());
  ++callbacks_pending_;
  post_webhook(io_, settings_.webhooks, settings_.url + settings_.status_path, all,
               [self = shared_from_this()](bool) {
                 --self->callbacks_pending_;
                 self->maybe_finish();
               });
}

void simulated_call::end(const std::string& how, bool lost) {
  if (std::exchange(ended_, true))
    return;
  ++run_;
  end_dead_air(now());
  wait_.cancel();
  limit_.cancel();
  drop_leg();
  facts_.ended_by = how;
  facts_.lost = lost;
  facts_.duration = now();
  if (status_ == "in-progress" || status_ == "ringing")
    status_ = lost ? "failed" : "completed";
  post_status(status_, {{"CallDuration", std::to_string((facts_.duration + 999ms) / 1s)},
                        {"Duration", std::to_string((facts_.duration + 59s) / 60s)}});
  note(kind::ended, how);
  maybe_finish();
}

void simulated_call::maybe_finish() {
  if (ended_ && callbacks_pending_ == 0)
    if (const auto finished = std::exchange(finished_, nullptr))
      boost::asio::post(io_, finished);
}

} // namespace trunkline
