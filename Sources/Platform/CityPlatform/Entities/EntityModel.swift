import CityBroker
import CityKernel
import CityVocabulary
import CityWeb

/// One entity.
struct EntityModel: TitledModel {
    struct Value {
        let name: String
        let meaning: String?
        let value: String
        let unit: String
        let observed: String
        let writer: String
    }

    struct Subscriber {
        let id: String
        let receiver: String
        let state: String
        let style: String
        let sent: String
    }

    struct Span {
        let words: String
        let path: String
        let isCurrent: Bool
    }

    let title: String
    let id: String
    let types: String
    let liveTypes: String
    let changed: String
    let values: [Value]
    let map: Picture?
    let spans: [Span]
    let charts: [Picture]
    let hasCharts: Bool
    let subscribers: [Subscriber]
    let noSubscribers: EmptyState?
    let jsonPath: String
    let deliveriesPath: String

    init(_ facts: EntityFacts, _ ground: MapGround, desk: StaffDesk) {
        let (entity, language, now) = (facts.entity, desk.language, facts.now)
        title = entity.title(language)
        id = entity.id.text
        types = entity.types.map { NounTitle.of($0)[language] }.joined(separator: " / ")
        liveTypes = entity.types.joined(separator: ",")
        changed = entity.modifiedAt?.spoken(in: language, at: now) ?? ""
        let described = entity.types.lazy.compactMap { TypeCatalogue.find($0) }.first
        values = entity.attributes.map { named in
            let writer = facts.writers[named.name]
            return Value(
                name: named.name, meaning: described?.attribute(named.name)?.summary[language],
                value: named.attribute.whole(language),
                unit: named.attribute.unitCode.map(UnitWords.symbol) ?? "",
                observed: (named.attribute.observedAt ?? writer?.toldAt)?
                    .spoken(in: language, at: now) ?? "",
                writer: writer?.source ?? "")
        }
        map = ground.picture(of: [entity], desk)
        spans = EntitiesPage.spans.map { hours in
            Span(
                words: Duration.hours(hours).spoken(in: language),
                path: desk.links.to("\(EntitiesPage.path(of: entity.id))?hours=\(hours)"),
                isCurrent: hours == facts.hours)
        }
        charts = facts.series.compactMap { Self.chart($0, facts, desk) }
        hasCharts = !charts.isEmpty
        subscribers = facts.subscribers.map { Self.subscriber($0, desk, now) }
        noSubscribers =
            subscribers.isEmpty ? EmptyState(desk.say("entityNobodyTold"), icon: "bell") : nil
        jsonPath = "/ngsi-ld/v1/entities/\(entity.id.text.percentEncoded)"
        deliveriesPath = desk.links.to(DeliveriesPage.path)
    }

    private static func chart(
        _ series: EntityFacts.Series, _ facts: EntityFacts, _ desk: StaffDesk
    ) -> Picture? {
        let points = series.history.compactMap { attribute -> SeriesChart.Point? in
            guard let at = attribute.observedAt ?? attribute.modifiedAt,
                let value = attribute.value.double
            else { return nil }
            return .init(at: at, value: value)
        }
        guard points.count > 1 else { return nil }
        let chart = SeriesChart(
            points, from: facts.now - .hours(facts.hours), to: facts.now, title: series.name,
            unit: series.unit, gap: Self.gap(points))
        return Picture(
            .chart, caption: series.name, svg: chart.svg(),
            table: Table(
                caption: series.name, hidesCaption: true,
                columns: [
                    .init(desk.say("entityObserved")), .init(series.name, isNumber: true),
                ],
                rows: points.suffix(24).reversed().map { point in
                    [
                        .init(point.at.spoken(in: desk.language, at: facts.now)),
                        .init(JSONValue.number(point.value).text),
                    ]
                }))
    }

    /// A silence of more than four usual steps is a gap.
    private static func gap(_ points: [SeriesChart.Point]) -> Duration {
        let steps = zip(points.dropFirst(), points).map { $0.at.since($1.at) }.sorted()
        return steps[steps.count / 2] * 4
    }

    private static func subscriber(
        _ stored: StoredSubscription, _ desk: StaffDesk, _ now: Timestamp
    ) -> Subscriber {
        let state = stored.isFailing ? "failing" : stored.status(at: now)
        return Subscriber(
            id: stored.subscription.id, receiver: Self.host(stored.subscription.endpoint.uri),
            state: desk.say("subscriber-\(state)"),
            style: state == "active" ? "good" : state == "failing" ? "bad" : "",
            sent: Int64(stored.timesSent).grouped)
    }

    /// Scheme and host: what follows may carry a secret.
    private static func host(_ address: String) -> String {
        let parts = address.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count > 2 else { return address }
        let host = parts[2].split(separator: "@").last ?? parts[2]
        return "\(parts[0])//\(host)"
    }
}

extension Attribute {
    /// The value for the table of one entity.
    fileprivate func whole(_ language: Language) -> String {
        if kind == .languageProperty, let text = localizedText { return text[language] }
        if value.isNull { return "—" }
        if case .point(let point)? = geometry { return point.spoken }
        return value.string ?? String(value.text.prefix(400))
    }
}

extension GeoPoint {
    /// Latitude and longitude to a metre.
    fileprivate var spoken: String {
        [latitude, longitude].map { JSONValue.number(($0 * 1e5).rounded() / 1e5).text }
            .joined(separator: ", ")
    }
}
