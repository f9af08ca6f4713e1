import Testing

@testable import qpx

@Suite("Names that a server answers to")
struct HostCheckTests {
    @Test(
        "on this machine's own address only its own names count",
        arguments: [
            ("127.0.0.1", true), ("127.0.0.1:8517", true), ("localhost:1", true), ("[::1]", true), ("[::1]:8517", true),
            ("", false), ("example.org", false), ("10.0.0.1", false), ("localhost:", true), ("localhost:80x", false),
            ("[::1", false), ("127.0.0.1@example.org", false), ("[::1]example", false),
        ])
    func loopback(header: String, isAllowed: Bool) {
        #expect(HostCheck(host: "127.0.0.1").allows(header) == isAllowed)
    }

    @Test(
        "elsewhere addresses count, and the name that was given",
        arguments: [
            ("192.168.0.7:8517", true), ("[fe80::1]:8517", true), ("workstation:8517", true), ("WORKSTATION", true),
            ("example.org", false), ("1.2.3", false), ("1.2.3.4.example.org", false), ("256.1.1.1", false),
        ])
    func elsewhere(header: String, isAllowed: Bool) {
        #expect(HostCheck(host: "workstation").allows(header) == isAllowed)
    }

    @Test("a request without a name is refused") func nameless() {
        #expect(!HostCheck(host: "127.0.0.1").allows(nil))
    }
}
