import CityBroker
import CityKernel
import HTTPTypes
import Hummingbird

/// `/temporal/entities` (§6.18, §6.19): reading the past.
struct TemporalDoors: NGSILDDoors {
    let broker: Broker

    var doors: [NGSILDDoor] {
        [
            NGSILDDoor(.get, "temporal/entities", .read, query),
            NGSILDDoor(.get, "temporal/entities/{id}", .read, retrieve),
        ]
    }

    @Sendable private func retrieve(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        let id = try request.entityID()
        let context = try request.linkedContext()
        let answer = try NGSILDAnswer(to: request.request, under: context)
        let temporal = try Self.temporal(request, context)
        guard let found = try await broker.temporal(id, temporal) else {
            throw BrokerError.notFound(id)
        }
        if found.series.isEmpty, !temporal.attributes.isEmpty { throw BrokerError.notFound(id) }
        let json = NGSILDCodec(context).json(
            found, try Self.format(request), temporal.property)
        return answer.document(json, status: found.isPartial ? .partialContent : .ok)
    }

    @Sendable private func query(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        let context = try request.linkedContext()
        let answer = try NGSILDAnswer(to: request.request, under: context)
        let selection = try EntitySelection(request, context)
        try selection.refuseUnlimited()
        let temporal = try Self.temporal(request, context)
        guard temporal.interval != nil else {
            throw Problem.badRequest(
                "a query of the past needs timerel and timeAt", at: "timerel",
                remedy: "Add for example timerel=after&timeAt=2026-01-01T00:00:00Z.")
        }
        let wantsCount = try request.flag("count") || request.options.contains("count")
        let paging = try NGSILDPaging(request, wantsCount: wantsCount)
        var query = selection.query
        query.limit = paging.limit
        query.offset = paging.offset
        query.wantsCount = true
        let page = try await broker.temporal(query, temporal)
        let format = try Self.format(request)
        let codec = NGSILDCodec(context)
        let isPartial = page.entities.contains(where: \.isPartial)
        var response = answer.document(
            .array(page.entities.map { codec.json($0, format, temporal.property) }),
            status: isPartial ? .partialContent : .ok)
        paging.addLinks(
            to: &response, of: request.request,
            hasMore: paging.offset + paging.limit < page.count ?? 0,
            count: wantsCount ? page.count : nil)
        return response
    }

    private static func format(
        _ request: NGSILDRequest
    ) throws(Problem) -> NGSILDCodec.TemporalFormat {
        let words = request.options.union(request.parameter("format").map { [$0] } ?? [])
        if words.contains("aggregatedValues") {
            throw Problem(
                .notSupported, title: "Aggregation is not supported",
                detail: "aggregatedValues is not supported.",
                remedy: "Ask for temporalValues and count them yourself.")
        }
        if words.contains("temporalValues") || words.contains("simplified") { return .values }
        var hasSystemAttributes = words.contains("sysAttrs")
        if try request.flag("sysAttrs") { hasSystemAttributes = true }
        return .instances(hasSystemAttributes: hasSystemAttributes)
    }

    private static func temporal(
        _ request: NGSILDRequest, _ context: LDContext
    ) throws(Problem) -> TemporalQuery {
        var query = TemporalQuery(attributes: try request.list("attrs").map(context.name))
        if let word = request.parameter("timeproperty") {
            guard let property = TemporalQuery.Property(rawValue: word) else {
                throw .badRequest(
                    "timeproperty is observedAt, createdAt or modifiedAt", at: "timeproperty")
            }
            query.property = property
        }
        query.interval = try interval(request)
        if let lastN = try request.number("lastN") {
            guard lastN > 0 else { throw .badRequest("lastN is above zero", at: "lastN") }
            query.lastN = lastN
        }
        return query
    }

    /// `before` and `after` leave out the instant itself, as does the end of `between`.
    private static func interval(
        _ request: NGSILDRequest
    ) throws(Problem) -> ClosedRange<Timestamp>? {
        guard let relation = request.parameter("timerel") else {
            guard request.parameter("timeAt") == nil else {
                throw .badRequest("timeAt needs timerel", at: "timerel")
            }
            return nil
        }
        let start = try instant(request, "timeAt")
        let instant = Duration.microseconds(1)
        switch relation {
        case "before": return Timestamp(microseconds: .min)...(start - instant)
        case "after": return (start + instant)...Timestamp(microseconds: .max)
        case "between":
            let end = try Self.instant(request, "endTimeAt") - instant
            guard start <= end else {
                throw .badRequest("endTimeAt is later than timeAt", at: "endTimeAt")
            }
            return start...end
        default: throw .badRequest("timerel is before, after or between", at: "timerel")
        }
    }

    private static func instant(
        _ request: NGSILDRequest, _ name: String
    ) throws(Problem) -> Timestamp {
        guard let time = request.parameter(name).flatMap({ Timestamp(iso8601: $0) }) else {
            throw .badRequest(
                "\(name) is a date and time", at: name,
                remedy: "Write for example 2026-06-01T09:00:00Z.")
        }
        return time
    }
}
