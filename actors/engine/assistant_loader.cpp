#include "actors/engine/assistant_loader.hpp"

#include "infra/config/assistant_checks.hpp"
#include "infra/config/stored_assistant.hpp"
#include "infra/log/log.hpp"

#include <algorithm>
#include <future>
#include <optional>
#include <utility>

namespace trunkline {

namespace {

using clock = std::chrono::steady_clock;

constexpr size_t candidates_max = 5; ///< versions that are tried when none is taken
constexpr size_t earlier_max = 200;

std::string line_of(const std::vector<assistant_head_record>& heads) {
  std::string all;
  for (const auto& head : heads)
    all += head.tenant_id + "/" + head.id + "/" + head.version + " ";
  return all.empty() ? "none" : all;
}

void log_not_taken(const std::string& id, const std::string& version, const std::string& why) {
  log_event(log_level::error, "assistant.not_taken",
            {{"assistant", id}, {"version", version}, {"error", why}});
}

} // namespace

assistant_loader::assistant_loader(const engine_config& config, std::shared_ptr<store> rows,
                                   maker make, std::function<timestamp()> wall_clock)
    : config_(config), rows_(std::move(rows)), make_(std::move(make)),
      wall_clock_(std::move(wall_clock)),
      roster_(std::make_shared<assistant_roster>(
          std::make_shared<const assistant_directory>(std::vector<served_assistant>{}))) {}

result<void> assistant_loader::start() {
  for (const auto& who : config_.assistants) {
    auto made = make_(who);
    if (!made)
      return made.error();
    configured_.push_back({std::make_shared<const assistant>(who), std::move(*made)});
  }
  exchange();
  const auto promise = std::make_shared<std::promise<std::optional<book>>>();
  auto answer = promise->get_future();
  const bool asked =
      rows_->read([promise, since = wall_clock_() - late_calls](repository& from) -> result<void> {
        auto news = read(from, {}, {}, since);
        promise->set_value(news ? std::optional{std::move(*news)} : std::nullopt);
        return {};
      });
  if (!asked || answer.wait_for(start_patience) != std::future_status::ready)
    return {}; // a later look takes them
  if (const auto news = answer.get())
    take(*news);
  return {};
}

void assistant_loader::look() {
  if (rows_->away() || looking_.exchange(true))
    return;
  const auto weak = weak_from_this();
  // However the look ends, the next one may come.
  const auto over = std::shared_ptr<void>(nullptr, [weak](void*) {
    if (const auto self = weak.lock())
      self->looking_ = false;
  });
  std::string seen;
  {
    const std::lock_guard lock{mutex_};
    seen = seen_;
  }
  const bool asked =
      rows_->read([weak, over, seen, taken = taken_versions()](repository& from) -> result<void> {
        auto news = read(from, seen, taken, {});
        const auto self = weak.lock();
        if (news && self)
          (void)self->work_.post([weak, over, news = std::move(*news)] {
            if (const auto still = weak.lock())
              still->take(news);
          });
        return {};
      });
  if (!asked)
    log_event(log_level::warn, "assistant.look_late", {{"error", "the store's queue is full"}});
}

void assistant_loader::stop() {
  work_.stop();
}

/// On a store's thread.
result<assistant_loader::book> assistant_loader::read(repository& from, const std::string& seen,
                                                      const versions& taken,
                                                      std::optional<timestamp> late_since) {
  book news;
  auto& rows = from.versions();
  auto heads = rows.all_current();
  if (!heads)
    return heads.error();
  news.heads = std::move(*heads);
  news.seen = line_of(news.heads);
  if (news.seen == seen)
    return news;
  for (const auto& head : news.heads) {
    const auto known = taken.find(head.id);
    if (known != taken.end() && known->second == head.version)
      continue;
    auto& candidates = news.candidates[head.id];
    auto current = rows.find_version(head.tenant_id, head.id, head.version);
    if (!current)
      return current.error();
    if (*current)
      candidates.push_back(std::move(**current));
    if (known != taken.end())
      continue;
    auto others = rows.versions_of(head.tenant_id, head.id, candidates_max);
    if (!others)
      return others.error();
    for (auto& other : *others)
      if (other.version != head.version)
        candidates.push_back(std::move(other));
  }
  if (late_since) {
    auto late = rows.of_late_calls(*late_since);
    if (!late)
      return late.error();
    news.late = std::move(*late);
  }
  return news;
}

assistant_loader::versions assistant_loader::taken_versions() const {
  const std::lock_guard lock{mutex_};
  versions all;
  for (const auto& [id, served] : taken_)
    all[id] = served.who->version;
  return all;
}

/// At the start, then on the worker's thread only.
void assistant_loader::take(const book& news) {
  forget_late();
  if (news.seen != seen_) {
    drop_retired(news.heads);
    for (const auto& head : news.heads)
      if (const auto found = news.candidates.find(head.id); found != news.candidates.end())
        take_one(head, found->second);
    const std::lock_guard lock{mutex_};
    seen_ = news.seen;
  }
  take_late(news.late);
  if (std::exchange(changed_, false))
    exchange();
}

void assistant_loader::take_one(const assistant_head_record& head,
                                const std::vector<assistant_version_record>& candidates) {
  for (const auto& row : candidates) {
    auto served = serve(row);
    if (!served) {
      log_not_taken(row.id, row.version, served.error().context);
      continue;
    }
    log_event(log_level::info, "assistant.taken",
              {{"assistant", row.id}, {"version", row.version}, {"tenant", row.tenant_id}});
    const std::lock_guard lock{mutex_};
    replace(taken_[head.id], std::move(*served));
    return;
  }
}

result<served_assistant> assistant_loader::serve(const assistant_version_record& row) {
  auto who = read_stored(row);
  if (!who)
    return who.error();
  if (auto lines = conflicts_of(*who, config_); !lines.empty())
    return failure{failure_kind::conflict, lines.front(), false};
  auto made = make_(*who);
  if (!made)
    return made.error();
  return served_assistant{std::make_shared<const assistant>(std::move(*who)), std::move(*made),
                          true};
}

/// What is replaced stays known by its configuration, for the ends of its calls.
void assistant_loader::replace(served_assistant& old, served_assistant next) {
  if (old.who)
    earlier_.push_back({old.who, nullptr, true});
  if (earlier_.size() > earlier_max)
    earlier_.pop_front();
  old = std::move(next);
  changed_ = true;
}

void assistant_loader::drop_retired(const std::vector<assistant_head_record>& heads) {
  const std::lock_guard lock{mutex_};
  for (auto it = taken_.begin(); it != taken_.end();) {
    const bool stays = std::any_of(heads.begin(), heads.end(),
                                   [&](const auto& head) { return head.id == it->first; });
    if (stays) {
      ++it;
      continue;
    }
    log_event(log_level::info, "assistant.retired",
              {{"assistant", it->first}, {"version", it->second.who->version}});
    replace(it->second, {});
    it = taken_.erase(it);
  }
}

/// Callers who were cut off when an earlier run of an engine ended come back to their version.
void assistant_loader::take_late(const std::vector<assistant_version_record>& late) {
  for (const auto& row : late) {
    const auto directory = taken_versions();
    const auto now = directory.find(row.id);
    if (now != directory.end() && now->second == row.version)
      continue;
    auto served = serve(row);
    if (!served) {
      log_not_taken(row.id, row.version, served.error().context);
      continue;
    }
    late_.push_back(std::move(*served));
    late_until_ = clock::now() + late_calls;
    changed_ = true;
  }
}

void assistant_loader::forget_late() {
  if (late_.empty() || clock::now() < late_until_)
    return;
  late_.clear();
  changed_ = true;
}

void assistant_loader::exchange() {
  std::vector<served_assistant> all, earlier{late_};
  const std::lock_guard lock{mutex_};
  if (!config_.assistants_are_sample || taken_.empty())
    all = configured_;
  for (const auto& [_, served] : taken_)
    all.push_back(served);
  earlier.insert(earlier.end(), earlier_.rbegin(), earlier_.rend());
  roster_->exchange(
      std::make_shared<const assistant_directory>(std::move(all), std::move(earlier)));
}

} // namespace trunkline
