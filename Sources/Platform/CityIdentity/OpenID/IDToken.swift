import CityKernel
import Foundation
import JWTKit

/// What a provider says of a person (OpenID Connect Core 1.0, §2).
struct IDToken: JWTPayload {
    var iss: String
    var sub: String
    var aud: AudienceClaim
    var exp: Int64
    var iat: Int64
    var nonce: String?
    var azp: String?

    /// What the signature cannot say is checked by `check`, with the city's own clock.
    func verify(using algorithm: some JWTAlgorithm) {}

    /// The longest `sub` that the standard allows.
    private static let subjectCharactersMax = 255

    /// - Throws: `SignInRefusal.invalid`.
    func check(_ settings: OpenIDSettings, nonce expected: String, at now: Timestamp) throws {
        func hold(_ isTrue: Bool, _ why: String) throws {
            if !isTrue { throw SignInRefusal.invalid(why) }
        }
        let skew = OpenIDSettings.skew
        try hold(iss == settings.issuer, "another issuer")
        try hold(aud.value.contains(settings.clientID), "another audience")
        try hold(aud.value.count == 1 || azp == settings.clientID, "several audiences, not for us")
        try hold(azp == nil || azp == settings.clientID, "issued to another client")
        try hold(now < Timestamp(seconds: exp) + skew, "expired")
        try hold(Timestamp(seconds: iat) - skew <= now, "issued in the future")
        try hold(Timestamp(seconds: iat) + OpenIDSettings.stay + skew >= now, "issued long ago")
        try hold(isEqual(Array((nonce ?? "").utf8), Array(expected.utf8)), "another nonce")
        try hold(
            !sub.isEmpty && sub.count <= Self.subjectCharactersMax, "a subject of no allowed length"
        )
    }
}

/// How the city proves at the token endpoint that it is the client (RFC 7523).
struct ClientAssertion: JWTPayload {
    var iss: String
    var sub: String
    var aud: String
    var jti: String
    var iat: Int64
    var exp: Int64

    func verify(using algorithm: some JWTAlgorithm) {}
}

extension Timestamp {
    fileprivate init(seconds: Int64) {
        let (microseconds, isTooFar) = seconds.multipliedReportingOverflow(by: 1_000_000)
        self.init(microseconds: isTooFar ? .max / 2 : microseconds)
    }
}
