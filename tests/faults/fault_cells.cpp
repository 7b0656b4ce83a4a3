#include "tests/faults/fault_cells.hpp"

#include <algorithm>
#include <cctype>

namespace trunkline::testing {

namespace {

constexpr auto stt = service_role::stt, llm = service_role::llm, tts = service_role::tts;
constexpr auto start = fault_cell::moment::from_the_start, mid = fault_cell::moment::mid_call;

const std::vector<fault_cell> cells{
    {stt, "refuse", start, false, "L1"},
    {stt, "hang", start, false, "L1"},
    {stt, "hang_after_head", start, false, "L1"},
    {stt, "status=400", start, false, "L1"},
    {stt, "status=401", start, false, "L1"},
    {stt, "status=403", start, false, "L1"},
    {stt, "status=429,retry_after=7", start, false, "L1"},
    {stt, "status=500", start, false, "L1"},
    {stt, "garbage", start, false, "L1"},
    {stt, "huge", start, false, "L1"},
    {stt, "empty", start, false, "L1"},
    {stt, "refuse", mid, false, "L1"},
    {stt, "hang_after_head", mid, false, "L1"},
    {stt, "reset,pieces=1,times=1", mid, false, "L0"},
    {stt, "reset,pieces=1", mid, false, "L1"},
    {stt, "stop,pieces=1", mid, false, "L1"},
    {stt, "stall,pause=4000,pieces=2", mid, false, "L1"},
    {stt, "garbage", mid, false, "L1"},
    {stt, "huge", mid, false, "L1"},
    {stt, "refuse", mid, true, "L2", "press"},
    {stt, "hang", start, true, "L2", "press"},
    {stt, "status=401", start, true, "L2", "press"},

    {llm, "refuse", mid, false, "L1"},
    {llm, "hang", mid, false, "L1"},
    {llm, "hang_after_head", mid, false, "L1"},
    {llm, "status=400", mid, false, "L1"},
    {llm, "status=401", mid, false, "L1"},
    {llm, "status=403", mid, false, "L1"},
    {llm, "status=429", mid, false, "L1"},
    {llm, "status=429,retry_after=7", mid, false, "L1"},
    {llm, "status=500", mid, false, "L1"},
    {llm, "status=529", mid, false, "L1"},
    {llm, "reset,pieces=0", mid, false, "L1"},
    {llm, "reset,pieces=6", mid, false, "L1"},
    {llm, "stop,pieces=0", mid, false, "L1"},
    {llm, "stop,pieces=6", mid, false, "L1"},
    {llm, "stall,pause=4000,pieces=2", mid, false, "L1"},
    {llm, "garbage", mid, false, "L1"},
    {llm, "huge", mid, false, "L1"},
    {llm, "drip,pause=400", mid, false, "L1"},
    {llm, "empty", mid, false, "L1"},
    {llm, "refuse", mid, true, "L2"},
    {llm, "hang", mid, true, "L2"},
    {llm, "status=500", mid, true, "L2"},
    {llm, "reset,pieces=6", mid, true, "L2"},

    {tts, "refuse", mid, false, "L1"},
    {tts, "hang", mid, false, "L1"},
    {tts, "hang_after_head", mid, false, "L1"},
    {tts, "status=400", start, false, "L1"},
    {tts, "status=401", start, false, "L1"},
    {tts, "status=403", start, false, "L1"},
    {tts, "status=429", start, false, "L1"},
    {tts, "status=500", start, false, "L1"},
    {tts, "reset,pieces=2,times=1", mid, false, "L0"},
    {tts, "reset,pieces=2", mid, false, "L1"},
    {tts, "stop,pieces=2", mid, false, "L1"},
    {tts, "stall,pause=4000,pieces=2", mid, false, "L1"},
    {tts, "garbage", mid, false, "L1"},
    {tts, "huge", mid, false, "L1"},
    {tts, "drip,pause=400", mid, false, "L1"},
    {tts, "empty", mid, false, "L1"},
    {tts, "refuse", mid, true, "L4"}, // the carrier's voice says the answer
    {tts, "hang", mid, true, "L4"},
    {tts, "status=500", start, true, "L4", "moment"},

    {stt, "tls=wrong_name", start, false, "L1"},
    {llm, "tls=wrong_name", start, false, "L1"},
    {tts, "tls=wrong_name", start, false, "L1"},
    {stt, "tls=expired", start, false, "L1"},
    {llm, "tls=expired", start, false, "L1"},
    {tts, "tls=expired", start, false, "L1"},
};

} // namespace

std::string fault_cell::name() const {
  auto text = std::string{role == stt   ? "stt"
                          : role == llm ? "llm"
                                        : "tts"} +
              "_" + fault + (when == start ? "_from_the_start" : "") +
              (second_too ? "_everywhere" : "");
  std::replace_if(
      text.begin(), text.end(), [](char c) { return !std::isalnum(static_cast<unsigned char>(c)); },
      '_');
  return text;
}

void PrintTo(const fault_cell& cell, std::ostream* out) {
  *out << cell.name();
}

const std::vector<fault_cell>& fault_cells() {
  return cells;
}

} // namespace trunkline::testing
