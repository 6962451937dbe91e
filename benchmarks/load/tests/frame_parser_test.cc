#include "load/frame_parser.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "frames.h"

namespace tickerhub::load {
namespace {

using testing::ServerFrame;

struct Frame {
  Opcode opcode;
  bool fin;
  std::string payload;

  friend bool operator==(const Frame& a, const Frame& b) {
    return a.opcode == b.opcode && a.fin == b.fin && a.payload == b.payload;
  }
};

// All frames of a stream that is given in these parts.
std::vector<Frame> Parse(const std::vector<std::string_view>& parts) {
  FrameParser parser;
  std::vector<Frame> frames;
  bool in_frame = false;
  for (std::string_view part : parts) {
    FrameParser::Piece piece;
    while (parser.Next(&part, &piece) == FrameParser::Result::kPiece) {
      EXPECT_EQ(piece.first, !in_frame);
      if (piece.first) frames.push_back({piece.opcode, piece.fin, {}});
      frames.back().payload += piece.data;
      in_frame = !piece.last;
    }
    EXPECT_TRUE(part.empty());
  }
  EXPECT_FALSE(in_frame);
  EXPECT_EQ(parser.fault(), FrameFault::kNone);
  return frames;
}

FrameFault FaultOf(const std::string& bytes, FrameParser parser = {}) {
  FrameParser::Piece piece;
  std::string_view input = bytes;
  while (parser.Next(&input, &piece) == FrameParser::Result::kPiece) {
  }
  return parser.fault();
}

TEST(FrameParserTest, ReadsEveryLengthAtItsBorders) {
  for (const std::size_t size :
       {0U, 1U, 125U, 126U, 127U, 65535U, 65536U, 70000U}) {
    const std::string payload(size, 'x');
    const std::string bytes = ServerFrame(Opcode::kText, payload);
    EXPECT_EQ(Parse({bytes}),
              (std::vector<Frame>{{Opcode::kText, true, payload}}))
        << size;
  }
}

TEST(FrameParserTest, GivesTheSameFramesWhereverTheStreamIsCut) {
  const std::vector<Frame> expected = {
      {Opcode::kText, true, "hello"},
      {Opcode::kPing, true, ""},
      {Opcode::kText, false, std::string(126, 'a')},
      {Opcode::kContinuation, true, ""},
      {Opcode::kBinary, true, std::string(65536, 'b')},
      {Opcode::kClose, true, "\x03\xe8"},
  };
  std::string bytes;
  for (const Frame& frame : expected) {
    bytes += ServerFrame(frame.opcode, frame.payload, frame.fin);
  }
  const std::string_view all = bytes;
  // Every place around every header, and a few within the long payload.
  for (std::size_t cut = 0; cut <= all.size();
       cut += cut > 200 && cut + 200 < all.size() ? 4099 : 1) {
    EXPECT_EQ(Parse({all.substr(0, cut), all.substr(cut)}), expected) << cut;
  }
}

TEST(FrameParserTest, GivesTheSameFramesByteByByte) {
  std::string bytes = ServerFrame(Opcode::kText, std::string(300, 'a')) +
                      ServerFrame(Opcode::kPong, "p") +
                      ServerFrame(Opcode::kText, "");
  std::vector<std::string_view> parts;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    parts.push_back(std::string_view(bytes).substr(i, 1));
  }
  EXPECT_EQ(Parse(parts),
            (std::vector<Frame>{{Opcode::kText, true, std::string(300, 'a')},
                                {Opcode::kPong, true, "p"},
                                {Opcode::kText, true, ""}}));
}

TEST(FrameParserTest, PointsIntoTheInput) {
  const std::string bytes = testing::Text("hello");
  std::string_view input = bytes;
  FrameParser parser;
  FrameParser::Piece piece;
  ASSERT_EQ(parser.Next(&input, &piece), FrameParser::Result::kPiece);
  EXPECT_EQ(piece.data.data(), bytes.data() + 2);
}

TEST(FrameParserTest, RefusesWhatAServerMayNotSend) {
  EXPECT_EQ(FaultOf("\xc1\x01x"), FrameFault::kReservedBit);
  EXPECT_EQ(FaultOf("\xa1\x01x"), FrameFault::kReservedBit);
  EXPECT_EQ(FaultOf("\x91\x01x"), FrameFault::kReservedBit);
  EXPECT_EQ(FaultOf("\x83\x01x"), FrameFault::kReservedOpcode);
  EXPECT_EQ(FaultOf("\x8b\x01x"), FrameFault::kReservedOpcode);
  EXPECT_EQ(FaultOf("\x81\x81keyz-"), FrameFault::kMasked);
  EXPECT_EQ(FaultOf("\x89\x7e\x01\x01"), FrameFault::kControlTooLong);
  EXPECT_EQ(FaultOf("\x09\x01x"), FrameFault::kControlFragmented);
  EXPECT_EQ(FaultOf(std::string("\x81\x7e\x00\x7d", 4)),
            FrameFault::kLengthNotMinimal);
  EXPECT_EQ(FaultOf(std::string("\x81\x7f\0\0\0\0\0\0\xff\xff", 10)),
            FrameFault::kLengthNotMinimal);
  EXPECT_EQ(FaultOf(std::string("\x81\x7f\x80\0\0\0\0\0\0\x01", 10)),
            FrameFault::kLengthTooLarge);
}

// Where compression was agreed on.
FrameFault FaultOfCompressed(const std::string& bytes) {
  FrameParser parser;
  parser.AllowCompression();
  return FaultOf(bytes, parser);
}

TEST(FrameParserTest, TellsWhetherAMessageIsCompressed) {
  FrameParser parser;
  parser.AllowCompression();
  FrameParser::Piece piece;
  for (const char* frame : {"\xc1\x01x", "\xc2\x01x", "\x41\x01x"}) {
    std::string_view input = frame;
    ASSERT_EQ(parser.Next(&input, &piece), FrameParser::Result::kPiece);
    EXPECT_TRUE(piece.rsv1);
  }
  for (const char* frame : {"\x81\x01x", "\x80\x01x", "\x8a\x01x"}) {
    std::string_view input = frame;
    ASSERT_EQ(parser.Next(&input, &piece), FrameParser::Result::kPiece);
    EXPECT_FALSE(piece.rsv1);
  }
}

TEST(FrameParserTest, RefusesRsv1WhereItMeansNothing) {
  for (const char* frame :
       {"\xc0\x01x", "\x40\x01x", "\xc8\x02xx", "\xc9\x01x", "\xca\x01x",
        // The other two mean nothing anywhere.
        "\xe1\x01x", "\xd1\x01x", "\xa2\x01x"}) {
    EXPECT_EQ(FaultOfCompressed(frame), FrameFault::kReservedBit) << frame;
  }
  EXPECT_EQ(FaultOfCompressed("\xc3\x01x"), FrameFault::kReservedBit);
}

TEST(FrameParserTest, StaysBrokenOnceBroken) {
  FrameParser parser;
  FrameParser::Piece piece;
  std::string_view bad = "\xc1\x01x";
  EXPECT_EQ(parser.Next(&bad, &piece), FrameParser::Result::kBroken);
  const std::string good = testing::Text("x");
  std::string_view input = good;
  EXPECT_EQ(parser.Next(&input, &piece), FrameParser::Result::kBroken);
}

}  // namespace
}  // namespace tickerhub::load
