#ifndef TICKERHUB_TESTS_SUPPORT_TEST_CERTIFICATE_H_
#define TICKERHUB_TESTS_SUPPORT_TEST_CERTIFICATE_H_

#include <string>

#include "support/own_folder.h"

namespace tickerhub::testing {

/// A certificate for localhost, signed by itself, and its key: files in PEM
/// form in a folder of their own, which goes with this object.
class TestCertificate {
 public:
  struct Options {
    std::string name = "localhost";  ///< the subject's, to tell them apart
    long begins = -3600;             ///< seconds from now
    long ends = 24 * 3600L;
    std::string password;  ///< of the key; none if empty
  };

  explicit TestCertificate(const std::string& name)
      : TestCertificate(Options{name, -3600, 24 * 3600L, {}}) {}
  explicit TestCertificate(const Options& options);
  TestCertificate() : TestCertificate(Options{}) {}

  std::string certificate() const { return folder_.File("certificate.pem"); }
  std::string key() const { return folder_.File("key.pem"); }

  /// Puts the other's files in place of its own.
  void ReplaceBy(const TestCertificate& other) const;

 private:
  OwnFolder folder_;
};

}  // namespace tickerhub::testing

#endif  // TICKERHUB_TESTS_SUPPORT_TEST_CERTIFICATE_H_
