#pragma once

#include "bench/carrier/caller_script.hpp"
#include "bench/providers/chat_stand_ins.hpp"
#include "bench/providers/spoken_input.hpp"
#include "bench/providers/stand_in_server.hpp"

#include <boost/asio/io_context.hpp>

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace trunkline {

struct fleet_settings {
  uint16_t first_port = 0; ///< the others follow it; 0: any free ones
  latency_spread recogniser{std::chrono::milliseconds{200}};
  latency_spread first_token{std::chrono::milliseconds{400}};
  std::chrono::milliseconds between_tokens{20}; ///< of models
  latency_spread first_audio{std::chrono::milliseconds{150}};
  /// Deepgram's finals have this word more than the interims before; empty: they are the same.
  std::string last_word_changes{};
  chat_brain brain;
  uint64_t seed = 1;
  fault_watch on_fault{};
};

/// A stand-in of each outside service, on one loop. The recognisers understand what they were
/// taught, as it is spoken by callers of this program.
class stand_in_fleet {
public:
  static result<std::unique_ptr<stand_in_fleet>> start(boost::asio::io_context& io,
                                                       const fleet_settings& settings);

  /// Every wording of the script in this voice. Blocks for the synthesis. The number of texts.
  result<size_t> learn(const caller_script& script, const std::string& voice);
  const std::shared_ptr<told_words>& words() const { return words_; }

  /// "deepgram", "openai", ...; null: there is none.
  stand_in_server* find(const std::string& name) const;
  std::vector<std::string> names() const;
  /// Variables for an engine that is to use the fleet, keys included.
  std::vector<std::pair<std::string, std::string>> environment() const;

private:
  stand_in_fleet() = default;

  std::shared_ptr<told_words> words_ = std::make_shared<told_words>();
  std::map<std::string, std::unique_ptr<stand_in_server>> servers_;
};

} // namespace trunkline
