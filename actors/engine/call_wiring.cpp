#include "actors/engine/call_wiring.hpp"

#include "actors/dialog/llm_actor.hpp"
#include "actors/dialog/prompt.hpp"
#include "actors/gather/gather_actor.hpp"
#include "actors/media/media_actor.hpp"
#include "actors/providers/service_order.hpp"
#include "actors/records/store_actor.hpp"
#include "actors/relay/relay_actor.hpp"
#include "actors/speech/stt_actor.hpp"
#include "actors/speech/tts_actor.hpp"
#include "actors/tools/tool_catalog.hpp"
#include "infra/providers/cached_tts.hpp"
#include "protocol/text/language_tag.hpp"

#include <optional>
#include <utility>

namespace trunkline {

namespace {

/// What an assistant's calls use while they are in a language.
assistant_providers speaking(const assistant_providers& all, const std::string& tag) {
  auto use = all;
  use.languages.clear();
  if (const auto found = all.languages.find(tag); found != all.languages.end()) {
    use.stts = found->second->stts;
    use.stt_weights = found->second->stt_weights;
    use.ttss = found->second->ttss;
    use.tts_weights = found->second->tts_weights;
  }
  return use;
}

/// What its questions say is in the first language only.
bool answers_without_model(const assistant& who) {
  return who.in_first_language && who.faq_without_model;
}

/// Of recognisers and voices.
void add_probes(std::map<size_t, probe_starter>& all, const assistant_providers& use,
                const std::shared_ptr<const std::vector<uint8_t>>& speech) {
  for (const auto& one : use.ttss)
    if (one.outside)
      all[one.endpoint] = [voice = one.outside](service_probe::on_done done) {
        return start_probe(voice, std::move(done));
      };
  for (const auto& one : use.stts)
    if (one.outside)
      all[one.endpoint] = [recogniser = one.outside, speech](service_probe::on_done done) {
        return start_probe(recogniser, *speech, std::move(done));
      };
}

} // namespace

call_wiring::call_wiring(std::shared_ptr<trunkline::store> rows,
                         std::shared_ptr<provider_board> board,
                         std::chrono::milliseconds frame_silence, uint64_t seed)
    : rows_(std::move(rows)), board_(std::move(board)), frame_silence_(frame_silence),
      random_(seed) {}

call_setup call_wiring::complete(size_t shard, call_setup setup) {
  const auto& all = setup.use->by_shard.at(shard);
  std::optional<assistant_providers> spoken; ///< an assistant of one language needs no copy
  const auto& use =
      all.languages.empty() ? all : spoken.emplace(speaking(all, setup.who->language));
  auto orders = draw_orders(use);
  setup.tools = setup.use->tools;
  setup.prompt = assemble_prompt(*setup.who, setup.record.started_at);
  setup.services = services_of(use, orders);
  const auto models = orders[child_role::llm];
  setup.speculate = !models.empty() && use.llms[models.front()].provider->takes_time();
  if (setup.speculate && answers_without_model(*setup.who)) // else a model's answer is as fast
    setup.faq = setup.use->faq;
  add_extraction(setup.start, use, models, setup);
  add_starters(setup.start, use, std::move(orders), setup);
  if (!setup.who->languages.empty())
    setup.in_language = [this, shard, models, who = setup.who, use = setup.use,
                         at = setup.record.started_at,
                         speculate = setup.speculate](const std::string& tag) {
      const auto spoken = speaking(use->by_shard.at(shard), tag);
      auto orders = draw_orders(spoken);
      orders[child_role::llm] = models; // a reply may be under way
      call_language to;
      to.who = std::make_shared<const assistant>(in_language(*who, tag));
      to.prompt = assemble_prompt(*to.who, at);
      to.services = services_of(spoken, orders);
      if (speculate && answers_without_model(*to.who))
        to.faq = use->faq;
      add_voices(to.start, spoken, orders, to.who->turns);
      return to;
    };
  return setup;
}

call_wiring::service_orders call_wiring::draw_orders(const assistant_providers& use) {
  const std::lock_guard lock{random_mutex_};
  std::uniform_real_distribution<double> draw{0, 1};
  return {{child_role::stt, service_order(use.stts.size(), use.stt_weights, draw(random_))},
          {child_role::llm, service_order(use.llms.size(), use.llm_weights, draw(random_))},
          {child_role::tts, service_order(use.ttss.size(), use.tts_weights, draw(random_))}};
}

call_services call_wiring::services_of(const assistant_providers& use,
                                       const service_orders& orders) const {
  call_services services;
  services.names.clear();
  std::map<std::pair<child_role, size_t>, size_t> endpoints; ///< of the board, by role and index
  const auto add = [&](child_role role, const auto& list) {
    auto& names = services.names[role];
    for (const auto which : orders.at(role)) {
      endpoints[{role, names.size()}] = list[which].endpoint;
      names.push_back(list[which].provider->name());
    }
  };
  add(child_role::stt, use.stts);
  add(child_role::llm, use.llms);
  add(child_role::tts, use.ttss);
  services.usable = [board = board_, endpoints](child_role role, size_t index) {
    const auto found = endpoints.find({role, index});
    return found != endpoints.end() && board->usable(found->second);
  };
  services.may_retry = [board = board_, endpoints](child_role role, size_t index) {
    const auto found = endpoints.find({role, index});
    return found != endpoints.end() && board->take_retry(found->second);
  };
  return services;
}

void call_wiring::add_starters(child_starters& start, const assistant_providers& use,
                               service_orders orders, const call_setup& setup) const {
  const auto who = setup.who;
  const auto parent = [](call_actor::pointer self) { return self_handle<call_actor>(self); };
  start.media = [who, silence = frame_silence_, parent](call_actor::pointer self) -> media_actor {
    return self->spawn<media_actor::stateful_impl<media_state>>(who->turns, silence, parent(self));
  };
  if (setup.record.channel == "relay")
    start.words = [who, metrics = setup.metrics, parent](call_actor::pointer self) -> words_actor {
      return self->spawn<words_actor::stateful_impl<relay_state>>(who->turns, parent(self), metrics,
                                                                  who->language);
    };
  else if (setup.record.channel == "gather")
    start.words = [who, parent](call_actor::pointer self) -> words_actor {
      return self->spawn<words_actor::stateful_impl<gather_state>>(who->turns, parent(self),
                                                                   who->language);
    };
  add_voices(start, use, orders, setup.who->turns);
  start.store = [rows = rows_, who, parent](call_actor::pointer self) -> store_actor {
    return self->spawn<store_actor::stateful_impl<store_state>>(rows, who, parent(self));
  };
  // Unique within the call, also when the caller was brought back to a new tree.
  const auto tool_prefix = "c" + std::to_string(setup.record.resumes) + "r";
  start.llm = [llms = use.llms, order = orders[child_role::llm], templated = use.template_answers,
               tool_prefix, parent](call_actor::pointer self, llm_order what) -> llm_actor {
    if (!what.templated && what.service >= order.size())
      return {};
    if (what.templated && !is_english(what.request.who->language))
      return {}; // it speaks English only; the caller is asked for a message
    auto model = what.templated ? templated : llms[order[what.service]].provider;
    if (!model)
      return {};
    const auto prefix =
        tool_prefix + std::to_string(what.reply) + "a" + std::to_string(what.attempt) + "t";
    return self->spawn<llm_actor::stateful_impl<llm_state>>(
        what.reply, what.attempt, prefix, std::move(model), std::move(what.request), parent(self));
  };
  start.prepare = [llms = use.llms] {
    for (const auto& one : llms)
      one.provider->prepare();
  };
}

/// The recogniser and the voice.
void call_wiring::add_voices(child_starters& start, const assistant_providers& use,
                             const service_orders& orders, const turn_settings& turns) const {
  const auto parent = [](call_actor::pointer self) { return self_handle<call_actor>(self); };
  start.stt = [stts = use.stts, order = orders.at(child_role::stt),
               parent](call_actor::pointer self, size_t service) -> stt_actor {
    return self->spawn<stt_actor::stateful_impl<stt_state>>(stts.at(order.at(service)).provider,
                                                            parent(self));
  };
  start.tts = [ttss = use.ttss, order = orders.at(child_role::tts), phrases = use.phrases, turns,
               parent](call_actor::pointer self, size_t service) -> tts_actor {
    const bool from_memory = service == child_starters::phrase_service;
    const auto& first = ttss.at(order.at(from_memory ? 0 : service));
    auto voice =
        from_memory ? std::make_shared<phrase_voice>(phrases, first.voice_key) : first.provider;
    return self->spawn<tts_actor::stateful_impl<tts_state>>(std::move(voice), turns, phrases,
                                                            first.voice_key, parent(self));
  };
  start.change_voice = [ttss = use.ttss, order = orders.at(child_role::tts)](
                           call_actor::pointer self, const tts_actor& voice, size_t service) {
    const auto& to = ttss.at(order.at(service));
    tell(self, voice, change_voice{to.provider, to.voice_key});
  };
}

void call_wiring::add_extraction(child_starters& start, const assistant_providers& use,
                                 const std::vector<size_t>& order, const call_setup& setup) const {
  if (!setup.use->asked)
    return;
  std::vector<std::shared_ptr<llm_provider>> models;
  for (const auto which : order)
    if (use.llms[which].provider->takes_time() && board_->usable(use.llms[which].endpoint))
      models.push_back(use.llms[which].provider);
  start.extract = [rows = rows_, room = room_, who = setup.who, metrics = setup.metrics,
                   wall_clock = setup.wall_clock, models = std::move(models),
                   use = setup.use](call_actor::pointer self, const call_record& call,
                                    const std::vector<turn_record>& turns) {
    const auto none = [&](const char* why) {
      keep_no_extraction(*rows, metrics.get(), call.call_sid, why, wall_clock());
    };
    if (models.empty())
      return none("no language model");
    const bool begun = room->enter([&] {
      return self->spawn<extraction_actor::stateful_impl<extraction_state>>(
          extraction_setup{call, turns, who, *use->asked, models, rows, metrics, wall_clock, room});
    });
    if (!begun)
      none("too many at once, or the engine ends");
  };
}

std::map<size_t, probe_starter> probes_of(const std::vector<served_assistant>& all,
                                          std::shared_ptr<const std::vector<uint8_t>> speech) {
  std::map<size_t, probe_starter> probes;
  for (const auto& served : all) {
    if (!served.use || served.use->by_shard.empty())
      continue;
    const auto& use = served.use->by_shard.front();
    for (const auto& one : use.llms)
      if (one.outside)
        probes[one.endpoint] = [model = one.outside](service_probe::on_done done) {
          return start_probe(model, std::move(done));
        };
    add_probes(probes, use, speech);
    for (const auto& [_, other] : use.languages)
      add_probes(probes, *other, speech);
  }
  return probes;
}

} // namespace trunkline
