#include "protocol/text/xml_escape.hpp"

#include <gtest/gtest.h>

namespace trunkline {
namespace {

TEST(xml_escape, the_five_special_characters_become_entities) {
  EXPECT_EQ(xml_escaped("a & <b> \"c\" 'd'"), "a &amp; &lt;b&gt; &quot;c&quot; &apos;d&apos;");
}

TEST(xml_escape, what_xml_forbids_is_left_out) {
  EXPECT_EQ(xml_escaped(std::string("a\x01\x00\x1f"
                                    "b\t\n",
                                    7)),
            "ab\t\n");
  EXPECT_EQ(xml_escaped("\xFF\xC3\xBC"), "\xEF\xBF\xBD\xC3\xBC");
}

} // namespace
} // namespace trunkline
