package import CityKernel

/// Which part of the past (§4.11), and in which form.
package struct TemporalQuery: Sendable, Hashable {
    /// Instances in one answer, of all its attributes and entities together, unless the city's
    /// configuration says otherwise.
    package static let instancesMax = 10_000
    /// Instances of one series that are looked at for a condition, or when a time of telling is
    /// asked about, which is not how history lies on the disk.
    package static let scannedMax = 1_000_000

    /// Which time of a value is meant.
    package enum Property: String, Sendable, Hashable {
        case observedAt, createdAt, modifiedAt, deletedAt
    }

    /// `timerel` with its instants.
    package enum Relation: Sendable, Hashable {
        /// Without the instant itself.
        case before(Timestamp)
        /// With the instant itself.
        case after(Timestamp)
        /// With the first instant, without the last.
        case between(Timestamp, Timestamp)
    }

    package var property: Property
    /// Whether the reader named the property: then values without that time are left out.
    package var namesProperty: Bool
    /// `nil` for all times.
    package var relation: Relation?
    /// Empty: every attribute.
    package var attributes: [String]
    /// Attributes that are not shown.
    package var omitted: Set<String> = []
    /// `nil` for all; a `nil` inside is the default instance.
    package var datasets: Set<String?>?
    /// The newest so many of each attribute.
    package var lastN: Int?
    package var aggregation: TemporalAggregation?
    /// Entities in falling order of their ids.
    package var isLastIDFirst = false
    package var instancesMax: Int

    package init(
        property: Property? = nil, relation: Relation? = nil, attributes: [String] = [],
        lastN: Int? = nil, instancesMax: Int = TemporalQuery.instancesMax
    ) {
        self.property = property ?? .observedAt
        namesProperty = property != nil
        self.relation = relation
        self.attributes = attributes
        self.lastN = lastN
        self.instancesMax = instancesMax
    }

    /// The instants that are meant.
    var interval: ClosedRange<Int64> {
        switch relation {
        case nil: .min ... .max
        case .before(let end): .min...(end.microseconds == .min ? .min : end.microseconds - 1)
        case .after(let start): start.microseconds ... .max
        case .between(let start, let end):
            start.microseconds...max(start.microseconds, end.microseconds - 1)
        }
    }

    /// The newest first, when only the newest are asked for.
    var isNewestFirst: Bool { lastN != nil }
}

/// An entity with the past of its attributes.
package struct TemporalEntity: Sendable, Hashable {
    /// Without attributes and scopes.
    package var entity: Entity
    /// When the entity was deleted, if it is no more.
    package var deletedAt: Timestamp?
    /// What its scopes were, in order of time.
    package var scopes: [Instance]
    package var series: [Series]

    package init(
        entity: Entity, deletedAt: Timestamp? = nil, scopes: [Instance] = [],
        series: [Series] = []
    ) {
        self.entity = entity
        self.deletedAt = deletedAt
        self.scopes = scopes
        self.series = series
    }

    /// Values of one attribute in one dataset.
    package struct Series: Sendable, Hashable {
        package var name: String
        package var datasetID: String?
        package var kind: Attribute.Kind
        /// In order of time, or the newest first when `lastN` was asked.
        package var instances: [Instance]
        /// In place of instances when sums were asked for.
        package var periods: [AggregatedPeriod] = []
    }

    package struct Instance: Sendable, Hashable {
        package var id: String
        /// Without a value when it is a deletion.
        package var attribute: Attribute
        /// Set on instances that say: from here on there is no value.
        package var deletedAt: Timestamp?
        /// By the property that was asked.
        var time: Int64
    }
}

/// Entities with their past, as much of it as one answer holds.
package struct TemporalPage: Sendable, Hashable {
    package var entities: [TemporalEntity]
    /// Entities in all, when asked for.
    package var count: Int?
    /// Whether entities follow those of this page.
    package var hasMore: Bool
    /// Up to which instant the answer is whole; `nil` when it is whole altogether.
    package var cutAt: Timestamp?
}

extension TemporalPage {
    /// The first or last instant of what is shown.
    package func edge(isNewest: Bool) -> Timestamp? {
        let times = entities.lazy.flatMap(\.series).flatMap(\.instances).map(\.time)
        return (isNewest ? times.max() : times.min()).map(Timestamp.init(microseconds:))
    }
}
