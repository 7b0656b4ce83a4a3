#pragma once

#include "schema/assistant.hpp"

#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace trunkline {

struct assistant_services; ///< what calls talk through, see actors/engine/assistant_services.hpp

/// One version of an assistant, with what its calls talk through. Whoever holds it keeps both.
struct served_assistant {
  std::shared_ptr<const assistant> who; ///< null: nobody
  std::shared_ptr<const assistant_services> use{};
  bool from_database = false;
};

/// Which assistant answers which number. Immutable.
class assistant_directory {
public:
  /// `earlier`: versions that take no new calls, for those that have begun. With services only
  /// where a caller of an earlier run may come back.
  explicit assistant_directory(std::vector<served_assistant> all,
                               std::vector<served_assistant> earlier = {})
      : all_(std::move(all)), earlier_(std::move(earlier)) {}
  /// Without services, for whoever only asks for the configuration.
  explicit assistant_directory(const std::vector<assistant>& all);

  /// The number's own assistant, else the one marked default, else nobody.
  served_assistant for_number(const std::string& number) const;
  served_assistant by_id(const std::string& id) const;
  /// Nobody, unless exactly that one is at hand.
  served_assistant version(const std::string& id, const std::string& version) const;
  const std::vector<served_assistant>& all() const { return all_; }

private:
  std::vector<served_assistant> all_, earlier_;
};

/// The directory of the moment: exchanged in one step while calls come in. Thread safe.
class assistant_roster {
public:
  explicit assistant_roster(std::shared_ptr<const assistant_directory> first)
      : now_(std::move(first)) {}

  std::shared_ptr<const assistant_directory> now() const {
    const std::lock_guard lock{mutex_};
    return now_;
  }
  /// What nobody else holds of the one before ends here.
  void exchange(std::shared_ptr<const assistant_directory> next) {
    const std::lock_guard lock{mutex_};
    now_.swap(next);
  }

private:
  mutable std::mutex mutex_;
  std::shared_ptr<const assistant_directory> now_;
};

} // namespace trunkline
