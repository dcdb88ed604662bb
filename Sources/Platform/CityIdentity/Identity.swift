package import CityKernel
package import CityStore
package import Logging

/// 職員と鍵: who may do what. Sign-in of staff, their sessions and duties, keys of devices, and the
/// audit of what staff did.
///
/// The store must have run `Identity.migrations`. Secrets are random or hashed; logs and errors
/// carry ids only.
package final class Identity: Sendable {
    package let configuration: IdentityConfiguration
    let store: any Store
    let clock: any CityClock
    let random: RandomSource
    let logger: Logger
    let passwords = PasswordWorker()
    /// Compared when a login is unknown, so that the answer takes as long as for a known one.
    let hashOfNobody: PasswordHash

    package init(
        store: any Store, clock: any CityClock, logger: Logger, random: RandomSource = .system,
        configuration: IdentityConfiguration = IdentityConfiguration()
    ) {
        self.store = store
        self.clock = clock
        self.logger = logger
        self.random = random
        self.configuration = configuration
        hashOfNobody = PasswordHash(ofNobody: configuration.scrypt, random: random)
    }
}

/// The limits of identity; the defaults are for a city hall.
package struct IdentityConfiguration: Sendable, Hashable {
    package var scrypt = ScryptParameters.standard
    package var staffSessions = SessionLimits.staff
    package var residentSessions = SessionLimits.resident
    /// How stale `lastSeenAt` may be, so that reading a page is not a write.
    package var seenEvery = Duration.minutes(1)
    package var attempts = AttemptPolicy()
    package var passwordCharactersMin = 12
    package static let passwordBytesMax = 1_024
    package static let loginCharactersMax = 64
    package static let displayNameCharactersMax = 100
    package static let deviceCharactersMax = 120
    package static let listMax = 500

    package init() {}
}
