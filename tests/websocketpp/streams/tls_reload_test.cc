// The certificate of a server: how it is read, checked and replaced.

#include <gtest/gtest.h>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "support/raw_socket.h"
#include "support/running_server.h"
#include "support/test_certificate.h"
#include "support/tls_server.h"
#include "support/tls_socket.h"

namespace tickerhub::testing {
namespace {

Status TryToListen(const Server::Options& options) {
  Server server(options);
  return server.Listen();
}

class TlsReloadTest : public ::testing::Test {
 protected:
  std::string Reload() {
    std::string sentence;
    running_.OnHub([&] { sentence = running_.server().ReloadTls().message(); });
    return sentence;
  }
  std::string NameNow() const {
    return TlsSocket(running_.port()).ServerName();
  }

  const TestCertificate files_{"first"};
  const TestCertificate second_{"second"};
  const TestCertificate third_{"third"};
  RunningServer running_{TlsOptions(files_)};
};

TEST_F(TlsReloadTest, NewConnectionsGetTheNewCertificateAndOldOnesGoOn) {
  TlsSocket old(running_.port());
  ASSERT_TRUE(old.Upgrade("/a"));
  files_.ReplaceBy(second_);
  EXPECT_EQ(NameNow(), "first");
  EXPECT_EQ(Reload(), "");
  EXPECT_EQ(NameNow(), "second");
  EXPECT_EQ(old.ServerName(), "first");
  running_.Send(running_.handler().Opened(), "still here");
  EXPECT_EQ(old.ReadFrame()->payload, "still here");
}

TEST_F(TlsReloadTest, TicketsOutliveTheCertificate) {
  TlsSocket old(running_.port());
  ASSERT_TRUE(old.Upgrade("/a"));
  files_.ReplaceBy(second_);
  EXPECT_EQ(Reload(), "");
  TlsSocket::Options options;
  options.session = old.Session();
  EXPECT_TRUE(TlsSocket(running_.port(), options).resumed());
}

TEST_F(TlsReloadTest, APairThatDoesNotMatchKeepsTheOldOne) {
  std::filesystem::copy_file(second_.key(), files_.key(),
                             std::filesystem::copy_options::overwrite_existing);
  EXPECT_EQ(Reload(), "the key in '" + files_.key() +
                          "' does not belong to the certificate in '" +
                          files_.certificate() + "'");
  EXPECT_EQ(NameNow(), "first");
}

TEST_F(TlsReloadTest, AFileThatIsMissingKeepsTheOldOne) {
  std::filesystem::remove(files_.certificate());
  EXPECT_EQ(Reload(),
            "can't use the certificate in '" + files_.certificate() +
                "': No such file or directory; it must be in PEM form");
  EXPECT_EQ(NameNow(), "first");
}

TEST_F(TlsReloadTest, AFileOfSomethingElseKeepsTheOldOne) {
  std::ofstream(files_.key()) << "no key\n";
  EXPECT_NE(Reload().find("can't use the key in '" + files_.key() + "': "),
            std::string::npos);
  EXPECT_EQ(NameNow(), "first");
  std::ofstream(files_.certificate()) << "no certificate\n";
  EXPECT_NE(Reload().find("no start line"), std::string::npos) << Reload();
  EXPECT_EQ(NameNow(), "first");
}

TEST_F(TlsReloadTest, AKeyWithAPasswordKeepsTheOldOneAndAsksNobody) {
  TestCertificate::Options options;
  options.password = "secret";
  files_.ReplaceBy(TestCertificate(options));
  const std::string sentence = Reload();
  EXPECT_NE(sentence.find("must be in PEM form and have no password"),
            std::string::npos)
      << sentence;
  EXPECT_EQ(NameNow(), "first");
}

TEST_F(TlsReloadTest, ACertificateThatIsNotValidTodayKeepsTheOldOne) {
  TestCertificate::Options options;
  options.ends = -60;
  files_.ReplaceBy(TestCertificate(options));
  EXPECT_NE(Reload().find("has expired at "), std::string::npos) << Reload();
  options.begins = 3600;
  options.ends = 7200;
  files_.ReplaceBy(TestCertificate(options));
  EXPECT_NE(Reload().find("is not valid before "), std::string::npos);
  EXPECT_EQ(NameNow(), "first");
}

TEST_F(TlsReloadTest, UnderLoadNoHandshakeFails) {
  std::atomic<bool> done = false;
  std::atomic<int> failed = 0;
  std::thread client([&] {
    while (!done) {
      if (!TlsSocket(running_.port()).Upgrade("/a")) ++failed;
    }
  });
  for (int i = 0; i < 20; ++i) {
    files_.ReplaceBy(i % 2 == 0 ? second_ : third_);
    EXPECT_EQ(Reload(), "");
  }
  done = true;
  client.join();
  EXPECT_EQ(failed, 0);
  EXPECT_EQ(running_.counters().tls_handshakes_failed, 0U);
}

TEST(TlsListenTest, AListenerWithTlsNeedsACertificate) {
  Server::Options options = RunningServer::AnyPort();
  options.tls = true;
  const Status status = TryToListen(options);
  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(),
            "Listener::tls needs a certificate; set "
            "Server::Options::tls_certificate_file and tls_key_file");
}

TEST(TlsListenTest, ABadPairIsToldAtOnce) {
  const TestCertificate one;
  const TestCertificate other;
  Server::Options options = TlsOptions(one);
  options.tls_key_file = other.key();
  EXPECT_NE(TryToListen(options).message().find("does not belong to"),
            std::string::npos);
  options.tls_key_file = "/nowhere/key.pem";
  EXPECT_EQ(TryToListen(options).message(),
            "can't use the key in '/nowhere/key.pem': No such file or "
            "directory; it must be in PEM form and have no password");
}

TEST(TlsListenTest, AnOldCertificateIsAWarningAtTheStart) {
  TestCertificate::Options old;
  old.ends = -60;
  const TestCertificate certificate(old);
  RunningServer running(TlsOptions(certificate));
  ASSERT_EQ(running.log().size(), 1U);
  EXPECT_NE(running.log()[0].find("has expired at "), std::string::npos);
  EXPECT_TRUE(TlsSocket(running.port()).secured());
}

TEST(TlsListenTest, WithoutTlsThereIsNothingToReload) {
  RunningServer running;
  std::string sentence;
  running.OnHub([&] { sentence = running.server().ReloadTls().message(); });
  EXPECT_EQ(sentence, "no listener speaks TLS");
}

}  // namespace
}  // namespace tickerhub::testing
