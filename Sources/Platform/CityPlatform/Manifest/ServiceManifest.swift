package import CityKernel

/// What a service declares about itself: the one list from which the registry, the page
/// 「データの流れ」 and the scenario map are made.
package struct ServiceManifest: Sendable, Hashable {
    /// Where the service lives in the house.
    package enum Ring: String, Sendable, Hashable, CaseIterable {
        /// Decides and shows.
        case field
        /// Speaks with machines and companies outside.
        case edge
    }

    /// Unique, such as `disaster.water-level`.
    package var id: String
    package var ring: Ring
    package var title: LocalizedText
    /// One sentence for citizens.
    package var summary: LocalizedText
    /// Items of the plan (A1–H6) that it fulfils or serves.
    package var planItems: [String]
    /// Entity types.
    package var reads: Set<String>
    /// Entity types that nobody else writes.
    package var writes: Set<String>
    package var uses: Set<Capability>
    /// Purposes for which it reads personal data, as shown to citizens; empty means none is read.
    package var personalDataPurposes: [LocalizedText]
    /// Entity types it releases as open data.
    package var publishes: Set<String>
    /// Where its data comes from or goes to outside the city, if anywhere.
    package var outside: LocalizedText?

    package init(
        id: String, ring: Ring, title: LocalizedText, summary: LocalizedText,
        planItems: [String], reads: Set<String> = [], writes: Set<String> = [],
        uses: Set<Capability> = [], personalDataPurposes: [LocalizedText] = [],
        publishes: Set<String> = [], outside: LocalizedText? = nil
    ) {
        self.id = id
        self.ring = ring
        self.title = title
        self.summary = summary
        self.planItems = planItems
        self.reads = reads
        self.writes = writes
        self.uses = uses
        self.personalDataPurposes = personalDataPurposes
        self.publishes = publishes
        self.outside = outside
    }
}

/// The shared capabilities of the platform, which the city has once each.
package enum Capability: String, Sendable, Hashable, CaseIterable {
    case broker, identity, consent, ledger, booking, forms, notify, places, catalog, assistant
    case web, store
}
