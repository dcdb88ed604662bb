import CityBroker
import CityKernel
import CityVocabulary

/// What is known of one entity beside its state: read once for its page.
struct EntityFacts: Sendable {
    struct Series: Sendable {
        var name: String
        var unit: String
        var history: [Attribute]
    }

    /// Attributes whose history is drawn.
    static let seriesMax = 6
    /// Subscriptions that are looked through for those that fit.
    static let subscriptionsMax = 1_000

    var entity: Entity
    var hours: Int
    var now: Timestamp
    var writers: [String: AttributeWriter]
    var series: [Series]
    var subscribers: [StoredSubscription]

    init(_ entity: Entity, hours: Int, _ city: City) async throws {
        self.entity = entity
        self.hours = hours
        now = city.clock.now
        let broker = city.broker
        let names = entity.attributes.filter { $0.attribute.datasetID == nil }
        let writers = try await broker.listWriters(of: entity.id, names.map(\.name))
        self.writers = Dictionary(
            writers.map { ($0.attribute, $0) }, uniquingKeysWith: { first, _ in first })
        series = []
        for named in names.filter({ $0.attribute.value.double != nil }).prefix(Self.seriesMax) {
            series.append(
                Series(
                    name: named.name, unit: named.attribute.unitCode.map(UnitWords.symbol) ?? "",
                    history: try await broker.history(
                        of: entity.id, named.name, in: (now - .hours(hours))...now)))
        }
        subscribers = try await broker.subscriptions(limit: Self.subscriptionsMax, offset: 0)
            .page.filter { $0.subscription.mayConcern(entity) }
    }
}

extension Subscription {
    /// Whether its selectors take the entity; its conditions may still leave a change out.
    fileprivate func mayConcern(_ entity: Entity) -> Bool {
        selectors.isEmpty
            || selectors.contains { selector in
                (selector.types?.matches(entity.types) ?? true)
                    && (selector.ids.isEmpty || selector.ids.contains(entity.id))
            }
    }
}
