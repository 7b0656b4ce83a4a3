#include "actors/dialog/reply_race.hpp"

#include <algorithm>
#include <utility>

namespace trunkline {

reply_race::entry* reply_race::find(unsigned attempt) {
  for (auto& one : entries_)
    if (one.number == attempt)
      return &one;
  return nullptr;
}

bool reply_race::running(unsigned attempt) const {
  return std::any_of(entries_.begin(), entries_.end(),
                     [&](const entry& one) { return one.number == attempt && !one.over; });
}

std::optional<size_t> reply_race::service_of(unsigned attempt) const {
  for (const auto& one : entries_)
    if (one.number == attempt && !one.templated)
      return one.provider;
  return std::nullopt;
}

std::vector<unsigned> reply_race::running() const {
  std::vector<unsigned> all;
  for (const auto& one : entries_)
    if (!one.over)
      all.push_back(one.number);
  return all;
}

size_t reply_race::running_count() const {
  return static_cast<size_t>(
      std::count_if(entries_.begin(), entries_.end(), [](const entry& one) { return !one.over; }));
}

size_t reply_race::asked(size_t provider) const {
  return static_cast<size_t>(std::count_if(entries_.begin(), entries_.end(), [&](const entry& one) {
    return !one.templated && one.provider == provider;
  }));
}

std::optional<size_t> reply_race::next_provider(const race_view& view) const {
  for (size_t i = 0; i < view.usable.size(); ++i)
    if (view.usable[i] && asked(i) == 0)
      return i;
  return std::nullopt;
}

race_order reply_race::ask(size_t provider, rung at, std::string why, time_point now) {
  entry one;
  one.number = static_cast<unsigned>(entries_.size()) + 1;
  one.provider = provider;
  entries_.push_back(one);
  asked_at_ = now;
  race_order order;
  order.attempt = one.number;
  order.provider = provider;
  order.at = at;
  order.why = std::move(why);
  return order;
}

void reply_race::templated(orders& out, std::string why, time_point now) {
  for (auto& one : entries_)
    if (!std::exchange(one.over, true)) {
      race_order drop;
      drop.what = race_order::kind::drop;
      drop.attempt = one.number;
      out.push_back(std::move(drop));
    }
  winner_.reset();
  if (on_template_ || !rungs_.has(child_role::llm, rung::L2)) {
    race_order order;
    order.what = race_order::kind::give_up;
    order.at = rung::L3;
    order.why = std::move(why);
    out.push_back(std::move(order));
    return;
  }
  on_template_ = true;
  auto order = ask(0, rung::L2, std::move(why), now);
  order.what = race_order::kind::templated;
  entries_.back().templated = true;
  out.push_back(std::move(order));
}

reply_race::orders reply_race::begin(const race_view& view, time_point now) {
  orders out;
  began_ = now;
  const auto provider = next_provider(view);
  if (!provider || (*provider > 0 && !rungs_.has(child_role::llm, rung::L1))) {
    templated(out, "no model may be asked", now);
    return out;
  }
  auto order = ask(*provider, *provider == 0 ? rung::L0 : rung::L1, "", now);
  order.first = *provider == 0;
  if (!order.first)
    order.why = "its breaker is open";
  out.push_back(std::move(order));
  return out;
}

reply_race::orders reply_race::output(unsigned attempt) {
  orders out;
  if (winner_ || !running(attempt))
    return out;
  winner_ = attempt;
  for (auto& one : entries_)
    if (one.number != attempt && !std::exchange(one.over, true)) {
      race_order drop;
      drop.what = race_order::kind::drop;
      drop.attempt = one.number;
      out.push_back(std::move(drop));
    }
  return out;
}

reply_race::orders reply_race::failed(unsigned attempt, const failure& why, const race_view& view,
                                      time_point now) {
  orders out;
  auto* one = find(attempt);
  if (!one || std::exchange(one->over, true))
    return out;
  const auto provider = one->provider;
  const bool was_template = one->templated;
  if (winner_ == attempt)
    winner_.reset();
  if (running_count() > 0)
    return out; // the other one is still at it
  const auto text = to_string(why);
  if (was_template) {
    templated(out, text, now);
    return out;
  }
  if (why.kind == failure_kind::refused) {
    race_order order;
    order.what = race_order::kind::decline;
    order.at = rung::L2;
    order.why = text;
    out.push_back(std::move(order));
    return out;
  }
  const bool too_long = why.kind == failure_kind::too_large && !std::exchange(shortened_, true);
  const bool again = too_long || (worth_retrying(why) && asked(provider) < 2 && view.retry_allowed);
  if (again && rungs_.has(child_role::llm, rung::L0)) {
    auto order = ask(provider, rung::L0, text, now);
    order.shorter = too_long;
    out.push_back(std::move(order));
    return out;
  }
  const auto next = next_provider(view);
  if (next && rungs_.has(child_role::llm, rung::L1))
    out.push_back(ask(*next, rung::L1, text, now));
  else
    templated(out, text, now);
  return out;
}

reply_race::orders reply_race::tick(const race_view& view, time_point now) {
  orders out;
  if (winner_ || on_template_ || running_count() == 0)
    return out;
  if (now - began_ >= settings_.answer_within) {
    templated(out, "no model answered in time", now);
    return out;
  }
  if (hedged_ || now - asked_at_ < settings_.hedge_after)
    return out;
  hedged_ = true;
  const auto next = next_provider(view);
  if (next && rungs_.has(child_role::llm, rung::L1))
    out.push_back(ask(*next, rung::L1, "hedged: the first model is late", now));
  return out;
}

std::optional<reply_race::time_point> reply_race::next_deadline() const {
  if (winner_ || on_template_ || running_count() == 0)
    return std::nullopt;
  const auto last = began_ + settings_.answer_within;
  return hedged_ ? last : std::min(last, asked_at_ + settings_.hedge_after);
}

} // namespace trunkline
