package import CityKernel
import CityStore
import Synchronization

/// The city among its neighbours: whom it may ask, and how it is known to them.
package final class Federation: Sendable {
    package let broker: Broker
    private let client: SourceClient
    private let startedAt: Timestamp
    private let alias = Mutex<String?>(nil)
    private let tenant: Tenant?

    /// A tenant of the city: its pseudonym is the city's with its name (§5.2.40).
    package struct Tenant: Sendable {
        var name: String
        var home: Federation

        package init(name: String, of home: Federation) {
            self.name = name
            self.home = home
        }
    }

    package init(broker: Broker, client: SourceClient? = nil, tenant: Tenant? = nil) {
        self.broker = broker
        self.client = client ?? SourceClient(client: broker.outbound)
        self.tenant = tenant
        startedAt = broker.now
    }

    /// How long this process has been answering.
    package var uptime: Duration { broker.now.since(startedAt) }

    /// The city's pseudonym in `Via` headers.
    package func ownAlias() async throws -> String {
        if let tenant { return try await tenant.home.ownAlias() + "-" + tenant.name }
        if let known = alias.withLock({ $0 }) { return known }
        let fresh = "cityos-" + String(UInt64.random(in: .min ... .max), radix: 36)
        let found = try await broker.store.write { transaction in
            try SourceIdentityStore.alias(or: fresh, in: transaction)
        }
        alias.withLock { $0 = found }
        return found
    }

    /// How questions to a registered source went.
    package func state(of registrationID: String) -> SourceState {
        client.state(of: registrationID)
    }

    /// Asks all at once; the outcomes come in the order of the requests, after the slowest answered
    /// or was given up.
    package func send(_ requests: [SourceRequest]) async -> [SourceClient.Outcome] {
        await client.send(requests, clock: broker.clock)
    }
}

extension Federation {
    /// Those of `entities` that meet `query`, wherever they come from. Nothing lies behind their
    /// relationships.
    package func meeting(
        _ query: EntityQuery, _ entities: [Entity]
    ) throws -> [Entity] {
        let matcher = try EntityMatcher(query)
        var found: [Entity] = []
        for entity in entities {
            if try matcher.matches(entity, { _ in nil }) { found.append(entity) }
        }
        return found
    }
}
