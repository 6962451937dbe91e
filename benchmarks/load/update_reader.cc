#include "load/update_reader.h"

#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

namespace tickerhub::load {
namespace {

/// Takes the members of the outermost object and stops when it has all.
class Handler
    : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Handler> {
 public:
  explicit Handler(UpdateFields* fields) : fields_(*fields) {}

  bool Default() { return depth_ > 0; }
  bool StartObject() { return ++depth_ > 0; }
  bool EndObject(rapidjson::SizeType) { return depth_-- > 0; }
  bool StartArray() { return depth_++ > 0; }
  bool EndArray(rapidjson::SizeType) { return depth_-- > 0; }
  bool Key(const char* text, rapidjson::SizeType size, bool) {
    if (depth_ == 1) name_.assign(text, size);
    return true;
  }
  bool Bool(bool value) {
    if (depth_ == 1 && name_ == "snapshot") fields_.snapshot = value;
    return Default();
  }
  bool String(const char* text, rapidjson::SizeType size, bool) {
    if (depth_ == 1 && name_ == "type") fields_.type.assign(text, size);
    return Default() && !HasAll();
  }
  bool Uint(unsigned value) { return Uint64(value); }
  bool Uint64(std::uint64_t value) {
    if (depth_ != 1) return Default();
    if (name_ == "seq") fields_.seq = value;
    if (name_ == "since") fields_.since = value;
    if (name_ == "time") fields_.time = value;
    return !HasAll();
  }
  bool HasAll() const {
    return !fields_.type.empty() && fields_.seq && fields_.since &&
           fields_.time;
  }

 private:
  UpdateFields& fields_;
  std::string name_;
  int depth_ = 0;
};

}  // namespace

const UpdateFields* UpdateReader::Read(std::string_view text) {
  if (text != text_ || text_.empty()) {
    text_ = text;
    Handler handler(&fields_.emplace());
    rapidjson::MemoryStream stream(text_.data(), text_.size());
    if (rapidjson::Reader().Parse(stream, handler).IsError() &&
        !handler.HasAll()) {
      fields_.reset();
    }
  }
  return fields_ ? &*fields_ : nullptr;
}

}  // namespace tickerhub::load
