import CityIdentity
import CityKernel
import CityTesting
import Crypto
import Foundation
import JWTKit
import Testing

@testable import CityGateway

@Suite("一時間の鍵(OAuth 2.0)")
struct TokenTests {
    private static let endpoint = Gateway.TokenEndpoint(
        issuer: "https://city.example.jp", url: "https://city.example.jp/oauth/token")

    private struct Claims: JWTPayload {
        var iss: String
        var sub: String
        var aud: String
        var exp: Int64
        var jti: String

        func verify(using algorithm: some JWTAlgorithm) {}
    }

    private func admit(
        _ desk: GatewayDesk, _ token: SecretToken, to product: APIProduct
    ) async throws -> Admission? {
        do {
            return try await desk.gateway.admit(.some(token), to: product, address: "192.0.2.9")
        } catch is AdmissionRefusal {
            return nil
        }
    }

    private func refusal(
        _ body: () async throws -> Void
    ) async throws -> TokenRefusal.Code? {
        do {
            try await body()
            return nil
        } catch let refusal as TokenRefusal {
            return refusal.code
        }
    }

    @Test("鍵と引きかえの一時間の鍵は、頼んだ製品だけを開く", arguments: TestEngine.available)
    func secret(engine: TestEngine) async throws {
        try await GatewayDesk.with(engine) { desk in
            let (key, consumer) = try await desk.key(for: [.contextRead, .contextWrite])
            func issue(
                _ client: String, _ secret: SecretToken?, _ scope: String = ""
            ) async throws
                -> AccessToken
            {
                try await desk.gateway.issueToken(
                    to: .secret(client: client, secret), scope: scope, at: Self.endpoint,
                    from: "192.0.2.1")
            }
            let client = "consumer-\(consumer)"
            let whole = try await issue(client, key)
            #expect(whole.scopes == ["context-read/v1", "context-write/v1"])
            #expect(try await admit(desk, whole.token, to: .contextWrite) != nil)
            let part = try await issue(client, key, "context-read/v1")
            let reading = try #require(try await admit(desk, part.token, to: .contextRead))
            #expect(reading.consumerID == consumer && !reading.principal.may(.writeContext))
            #expect(try await admit(desk, part.token, to: .contextWrite) == nil)

            #expect(
                try await refusal { _ = try await issue(client, key, "readings/v1") }
                    == .invalidScope)
            let stranger = SecretToken(random: .system)
            for (name, secret) in [
                (client, stranger), ("consumer-9999", key), ("川", key), (client, whole.token),
            ] {
                #expect(
                    try await refusal { _ = try await issue(name, secret) } == .invalidClient)
            }
            desk.clock.advance(by: AccessToken.life + .seconds(1))
            #expect(try await admit(desk, whole.token, to: .contextRead) == nil)
            #expect(try await admit(desk, key, to: .contextRead) != nil)
        }
    }

    @Test("鍵を止めれば、その一時間の鍵も止まる。返しても止まる")
    func ends() async throws {
        try await GatewayDesk.with { desk in
            let (key, consumer) = try await desk.key(for: [.contextRead])
            let credential = ClientCredential.secret(client: "consumer-\(consumer)", key)
            func issue() async throws -> SecretToken {
                try await desk.gateway.issueToken(
                    to: credential, scope: "", at: Self.endpoint, from: "192.0.2.1"
                ).token
            }
            let (first, second) = (try await issue(), try await issue())
            #expect(try await admit(desk, first, to: .contextRead) != nil)
            try await desk.gateway.revokeToken(
                first.text, by: credential, at: Self.endpoint, from: "192.0.2.1")
            #expect(try await admit(desk, first, to: .contextRead) == nil)
            #expect(try await admit(desk, second, to: .contextRead) != nil)
            let number = try #require(try await desk.gateway.findAccount(consumer)?.keys.first?.id)
            try await desk.gateway.revokeKey(number, by: desk.manager)
            #expect(try await admit(desk, second, to: .contextRead) == nil)
            #expect(try await refusal { _ = try await issue() } == .invalidClient)
        }
    }

    @Test("同時に生きている数には限りがあり、古いものから終わる")
    func limit() async throws {
        try await GatewayDesk.with { desk in
            let (key, consumer) = try await desk.key(for: [.contextRead])
            var tokens: [SecretToken] = []
            for number in 0...AccessToken.aliveMax {
                desk.clock.advance(by: .milliseconds(10))
                tokens.append(
                    try await desk.gateway.issueToken(
                        to: .secret(client: "consumer-\(consumer)", key), scope: "",
                        at: Self.endpoint, from: "192.0.2.\(number % 4)"
                    ).token)
            }
            #expect(try await admit(desk, tokens[0], to: .contextRead) == nil)
            #expect(try await admit(desk, tokens[1], to: .contextRead) != nil)
        }
    }

    @Test("署名で示す相手は一度だけ通り、よその宛先や長い期限や他の鍵は通らない", arguments: TestEngine.available)
    func assertion(engine: TestEngine) async throws {
        try await GatewayDesk.with(engine) { desk in
            let (_, consumer) = try await desk.key(for: [.contextRead])
            let pair = P256.Signing.PrivateKey()
            let point = pair.publicKey.rawRepresentation
            func text(_ data: Data) -> String {
                data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
                    .replacing("=", with: "")
            }
            let (x, y) = (text(point.prefix(32)), text(point.suffix(32)))
            let jwk = #"{"kty":"EC","crv":"P-256","x":"\#(x)","y":"\#(y)","kid":"今年"}"#
            try await desk.gateway.addPublicKey(jwk, of: consumer, by: desk.manager)
            #expect(try await desk.gateway.publicKeyIDs(of: consumer).count == 1)
            await #expect(throws: Problem.self) {
                try await desk.gateway.addPublicKey(
                    String(jwk.dropLast()) + #","d":"\#(x)"}"#, of: consumer, by: desk.manager)
            }

            let client = "consumer-\(consumer)"
            let now = desk.clock.now.microseconds / 1_000_000
            func sign(
                _ key: P256.Signing.PrivateKey, aud: String = Self.endpoint.url,
                life: Int64 = 60, sub: String? = nil, jti: String = UUID().uuidString
            ) async throws -> String {
                let keys = await JWTKeyCollection().add(
                    ecdsa: try ES256PrivateKey(backing: key))
                return try await keys.sign(
                    Claims(
                        iss: client, sub: sub ?? client, aud: aud, exp: now + life, jti: jti))
            }
            func issue(_ text: String) async throws -> TokenRefusal.Code? {
                try await refusal {
                    let made = try await desk.gateway.issueToken(
                        to: .assertion(client: nil, text), scope: "", at: Self.endpoint,
                        from: "192.0.2.1")
                    #expect(try await admit(desk, made.token, to: .contextRead) != nil)
                }
            }
            let good = try await sign(pair)
            #expect(try await issue(good) == nil)
            #expect(try await issue(good) == .invalidClient)
            #expect(try await issue(sign(pair, aud: Self.endpoint.issuer)) == nil)
            #expect(
                try await issue(sign(pair, aud: "https://other.example/token")) == .invalidClient)
            #expect(try await issue(sign(pair, life: 7_200)) == .invalidClient)
            #expect(try await issue(sign(pair, life: -60)) == .invalidClient)
            #expect(try await issue(sign(pair, sub: "consumer-9999")) == .invalidClient)
            #expect(try await issue(sign(P256.Signing.PrivateKey())) == .invalidClient)
            let halves = good.split(separator: ".")
            let none = text(Data(#"{"alg":"none"}"#.utf8)) + "." + halves[1] + "."
            #expect(try await issue(none) == .invalidClient)
            #expect(try await issue("川") == .invalidClient)

            for _ in 1..<ClientPublicKey.countMax {
                try await desk.gateway.addPublicKey(jwk, of: consumer, by: desk.manager)
            }
            await #expect(throws: Problem.self) {
                try await desk.gateway.addPublicKey(jwk, of: consumer, by: desk.manager)
            }
            for number in try await desk.gateway.publicKeyIDs(of: consumer) {
                try await desk.gateway.revokeKey(number, by: desk.manager)
            }
            #expect(try await issue(sign(pair)) == .invalidClient)
            try await desk.gateway.addPublicKey(jwk, of: consumer, by: desk.manager)
            #expect(try await issue(sign(pair)) == nil)
        }
    }
}
