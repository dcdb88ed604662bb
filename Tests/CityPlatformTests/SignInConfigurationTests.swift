import CityKernel
import CityPlatform
import Foundation
import Testing

@Suite("住民の入口の設定")
struct SignInConfigurationTests {
    private func read(
        _ lines: String
    ) throws -> (signIn: CityConfiguration.SignIn?, findings: [Diagnostic]) {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "EndToEnd/conformance/city")
        let text = try String(contentsOf: folder.appending(path: "city.yaml"), encoding: .utf8)
        let collector = DiagnosticCollector()
        let city = CityConfiguration.parse(text + "\n" + lines, folder: folder, into: collector)
        return (city?.signIn, collector.diagnostics)
    }

    @Test("書けば入口ができ、書かなければない")
    func whole() throws {
        #expect(try read("").signIn == nil)
        let found = try read(
            """
            signIn:
              issuer: https://issuer.example
              clientId: hitoyoshi
              keyFile: secrets/sign-in.pem
              address: https://city.example/
            """)
        #expect(found.findings.isEmpty)
        #expect(found.signIn?.address == "https://city.example")
        #expect(found.signIn?.scopes == ["openid"])
    }

    @Test(
        "守られない道は断り、この機械だけは試しに使える",
        arguments: [
            ("http://issuer.example", false), ("http://127.0.0.1.evil.example", false),
            ("http://127.0.0.1:9000", true), ("http://localhost/op", true),
        ])
    func addresses(issuer: String, isGood: Bool) throws {
        let found = try read(
            """
            signIn:
              issuer: \(issuer)
              clientId: hitoyoshi
              keyFile: key.pem
              address: https://city.example
            """)
        #expect((found.signIn != nil) == isGood)
        #expect(found.findings.isEmpty == isGood)
    }

    @Test("足りないものと知らないものは、行とともに言う")
    func mistakes() throws {
        let found = try read(
            """
            signIn:
              issuer: https://issuer.example
              scopes: [profile]
              password: x
            """)
        #expect(found.signIn == nil)
        #expect(found.findings.count >= 4)
        #expect(found.findings.allSatisfy { $0.line > 0 })
    }
}
