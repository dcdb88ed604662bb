package import CityIdentity
package import CityKernel
package import CityStore
package import Logging

/// APIの窓口: products, consumers and their subscriptions, limits and usage.
///
/// The store must have run `Gateway.migrations` after `Identity.migrations`.
package final class Gateway: Sendable {
    let store: any Store
    let identity: Identity
    let clock: any CityClock
    let logger: Logger
    let random: RandomSource
    let ring: KeyRing<SecretToken, KeyEntry>
    let neighbours: KeyRing<String, NeighbourEntry>
    let limits = LimitBook()
    let usage = UsageBook()
    let asking = AskingBook()

    package init(
        store: any Store, identity: Identity, clock: any CityClock, logger: Logger,
        random: RandomSource = .system
    ) {
        self.store = store
        self.identity = identity
        self.clock = clock
        self.logger = logger
        self.random = random
        ring = KeyRing(clock: clock)
        neighbours = KeyRing(clock: clock)
    }
}
