#include "bench/carrier/relay_leg.hpp"

#include <utility>

namespace trunkline {

void relay_counts::add(const relay_counts& more) {
  texts += more.texts;
  cycles += more.cycles;
  prompts += more.prompts;
  partials += more.partials;
  interrupts += more.interrupts;
  digits += more.digits;
  bad_messages += more.bad_messages;
}

relay_leg::relay_leg(boost::asio::io_context& io, std::chrono::steady_clock::time_point call_began,
                     virtual_ear& ear, word_line::events words, events events)
    : io_(io), events_(std::move(events)) {
  // The leg owns the line and closes it, so the line may point back.
  words.on_partial = [this](std::string text) {
    if (!partials_)
      return;
    ++counts_.partials;
    send(relay_prompt{std::move(text), language_, false});
  };
  words.on_words = [this](std::string text) {
    ++counts_.prompts;
    events_.on_prompt(text);
    send(relay_prompt{std::move(text), language_, true});
  };
  words.on_key = [this](char key) {
    ++counts_.digits;
    send(relay_digit{key});
  };
  words.on_interrupt = [this](std::string heard, std::chrono::milliseconds after) {
    ++counts_.interrupts;
    send(relay_interrupt{std::move(heard), after});
  };
  words.on_agent_speaks = [this](bool speaks) {
    if (speaker_events_)
      send(relay_info{"agentSpeaking", speaks ? "on" : "off", {}});
  };
  line_ = std::make_shared<word_line>(io, call_began, ear, std::move(words));
}

void relay_leg::start(client_request request, relay_setup setup, bool partials, bool speaker_events,
                      const std::string& welcome, std::string language) {
  language_ = std::move(language);
  speaker_events_ = speaker_events;
  setup_ = std::move(setup);
  partials_ = partials;
  welcome_ = welcome;
  web_socket_connect(io_, std::move(request), shared_from_this(),
                     [self = shared_from_this()](auto socket) {
                       if (socket)
                         self->opened(std::move(*socket));
                       else
                         self->end(socket.error().context);
                     });
}

void relay_leg::opened(std::shared_ptr<web_socket> socket) {
  if (ended_ || stopped_) {
    socket->close(1000, "the call has moved on");
    end("");
    return;
  }
  socket_ = std::move(socket);
  send(setup_);
  line_->open();
  if (!welcome_.empty()) {
    line_->agent_says(welcome_);
    events_.on_token({welcome_, true, {}, {}, {}});
    events_.on_agent_text(welcome_);
  }
  events_.on_started();
}

void relay_leg::stop() {
  if (std::exchange(stopped_, true))
    return;
  line_->close();
  if (socket_)
    socket_->close(1000, "the call has moved on");
}

void relay_leg::send(const relay_heard& message) {
  if (socket_ && !ended_ && !stopped_)
    (void)socket_->send_text(render(message));
}

void relay_leg::on_text(std::string_view message) {
  if (stopped_ || ended_)
    return;
  const auto said = parse_relay_said(message);
  if (!said) {
    refuse(said.error().context);
    return;
  }
  bad_in_a_row_ = 0;
  take(*said);
}

void relay_leg::on_binary(std::string_view) {
  refuse("a binary message");
}

void relay_leg::refuse(const std::string& why) {
  ++counts_.bad_messages;
  send(relay_error{"Invalid message received: " + why});
  if (++bad_in_a_row_ >= bad_in_a_row_max && socket_)
    socket_->close(1007, "Too many consecutive malformed messages");
}

void relay_leg::take(const relay_said& message) {
  if (const auto* text = std::get_if<relay_text>(&message)) {
    ++counts_.texts;
    events_.on_token(*text);
    cycle_ += text->token;
    line_->agent_says(text->token, text->interruptible.value_or(true));
    if (!text->last)
      return;
    ++counts_.cycles;
    if (!cycle_.empty())
      events_.on_agent_text(std::exchange(cycle_, {}));
  } else if (const auto* language = std::get_if<relay_language>(&message)) {
    if (!language->transcription.empty())
      language_ = language->transcription;
    events_.on_language(language_);
  } else if (const auto* bye = std::get_if<relay_end>(&message)) {
    handoff_ = bye->handoff;
    line_->close();
    stopped_ = true;
    if (socket_)
      socket_->close(1000, "the session was ended");
  }
}

void relay_leg::on_closed(uint16_t code, std::string_view reason) {
  const bool polite = code == 1000 || stopped_;
  end(polite ? ""
             : "the relay socket closed with " + std::to_string(code) + " " + std::string{reason});
}

void relay_leg::end(std::string why) {
  if (std::exchange(ended_, true))
    return;
  line_->close();
  socket_.reset();
  events_.on_end(std::move(why), std::move(handoff_));
}

} // namespace trunkline
