#pragma once

#include "actors/call/call_actor.hpp"
#include "infra/recording/recordings.hpp"
#include "tests/support/deterministic.hpp"
#include "tests/support/memory_repository.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace trunkline::testing {

/// A store that works at once, on the caller's thread.
class immediate_store : public store {
public:
  bool write(job work, done finished) override;
  bool read(job work, done finished) override {
    return write(std::move(work), std::move(finished));
  }
  size_t queued() const override { return 0; }
  std::chrono::milliseconds oldest_write() const override { return {}; }

  memory_repository rows;
  bool refuse = false; ///< the queue is full
};

/// One call whose children are fakes that record what they are told; the test plays their part.
class call_fixture : public deterministic {
public:
  call_fixture();
  ~call_fixture() override;

  /// Spawns the call and attaches a stream; the greeting is said and heard.
  void answer_call();
  void spawn_call();
  void attach();
  /// The caller says something: voice, silence, final transcript.
  void caller_says(const std::string& text,
                   std::chrono::milliseconds voice = std::chrono::seconds{1});
  void voice(bool speaking);
  void hear(const std::string& text, bool is_final = true, bool rejected = false);
  /// The model's reply to the last request.
  void reply(const std::string& text);
  void finish_reply();
  /// What was spoken last begins to be heard; everything spoken is heard to the end.
  void playout_starts();
  void playout_ends();
  void fail(child_role role);
  /// The service behind a child fails; llm: of the last attempt.
  void lose_service(child_role role, failure why);
  void hang(child_role role);
  std::vector<std::string> spoken() const;
  bool said(const std::string& part) const;
  std::optional<call_record> stored_call();

  std::shared_ptr<immediate_store> rows = std::make_shared<immediate_store>();
  call_setup setup;
  call_actor call;
  std::vector<speak> speaks;
  std::vector<std::shared_ptr<recording_tape>> tapes; ///< that media was given
  std::vector<playout_order> orders;
  std::vector<llm_request> requests;
  std::vector<llm_order> asked;                       ///< without their requests
  std::map<child_role, std::vector<size_t>> services; ///< that stt and tts were started with
  std::map<unsigned, caf::strong_actor_ptr> attempts;
  std::vector<settle_held> settled;
  unsigned replays = 0;
  std::vector<steady_time> understood; ///< ends of the voices whose words are known
  uint64_t reply_id = 0;               ///< and attempt: the last asked
  unsigned attempt = 0;
  std::vector<run_tool_request> tools;
  unsigned saves = 0, stream_ends = 0, clears = 0;
  std::map<child_role, unsigned> started;
  std::map<child_role, caf::strong_actor_ptr> children;
  bool ended = false;
  std::optional<std::string> rest_updated;

private:
  void fake_media();
  void fake_stt();
  void fake_tts();
  void fake_store();
  void fake_llm();

  std::set<uint64_t> heard_;
};

} // namespace trunkline::testing
