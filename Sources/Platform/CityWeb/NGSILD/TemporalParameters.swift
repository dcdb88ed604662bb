import CityBroker
import CityKernel
import HTTPTypes
import Hummingbird

/// What a request asks of the past (§6.18.3.2, §6.19.3.1, §5.2.21), by URL or by a `Query` document.
struct TemporalParameters {
    private(set) var query: TemporalQuery
    private(set) var form: NGSILDCodec.TemporalForm
    /// Entities without any of these are left out.
    private(set) var attributes: [String] = []
    private var picked: Set<String> = []
    private var omitted: Set<String> = []

    private static let ownMembers: Set<String> = ["id", "type", "scope"]

    /// By URL.
    init(
        _ input: SelectionInput, _ request: NGSILDRequest, _ context: LDContext,
        _ settings: HistorySettings
    ) throws(Problem) {
        let source = FieldSource { request.parameter($0).map(JSONValue.string) }
        try self.init(input, request, context, settings, time: source, sums: source)
    }

    /// By a document.
    init(
        _ input: SelectionInput, _ request: NGSILDRequest, _ document: NGSILDRequest.Document,
        _ settings: HistorySettings
    ) throws(Problem) {
        let time = document.json["temporalQ"] ?? .object(.init())
        let sums = document.json["aggrParams"] ?? time
        try self.init(
            input, request, document.context, settings, time: FieldSource { time[$0] },
            sums: FieldSource { sums[$0] })
    }

    private init(
        _ input: SelectionInput, _ request: NGSILDRequest, _ context: LDContext,
        _ settings: HistorySettings, time: FieldSource, sums: FieldSource
    ) throws(Problem) {
        query = TemporalQuery(instancesMax: settings.instancesMax)
        form = .init()
        try readTime(time)
        try readForm(request)
        try readProjection(input, context)
        if !input.datasetIDs.isEmpty {
            query.datasets = try NGSILDRequest.datasets(input.datasetIDs)
        }
        form.languages = LanguageRange.parse(input.languages ?? "")
        query.isLastIDFirst = input.orderBy.first == "id;desc"
        try readAggregation(sums)
    }

    /// A parameter by name, from wherever it is written.
    private struct FieldSource {
        var read: (String) -> JSONValue?

        init(_ read: @escaping (String) -> JSONValue?) { self.read = read }

        func text(_ name: String) throws(Problem) -> String? {
            guard let value = read(name) else { return nil }
            guard let text = value.string else {
                throw .badRequest("\(name) is a text", at: name)
            }
            return text
        }
    }

    /// A list in JSON, or one text separated by commas.
    private static func words(_ json: JSONValue?, _ name: String) throws(Problem) -> [String] {
        guard let json else { return [] }
        if let text = json.string {
            return text.split(separator: ",").map { String($0.trimmed) }
        }
        let texts = (json.array ?? []).compactMap(\.string)
        guard let list = json.array, list.count == texts.count else {
            throw .badRequest("\(name) is a list of texts", at: name)
        }
        return texts
    }

    /// What means something elsewhere and nothing here (§5.7.4.4).
    static func refuseForeign(
        _ input: SelectionInput, _ query: EntityQuery
    ) throws(Problem) {
        guard input.orderBy.allSatisfy({ ["id", "id;asc", "id;desc"].contains($0) }) else {
            throw .badRequest("a query of the past is ordered by id only", at: "orderBy")
        }
        guard query.filter?.linkDepth ?? 0 == 0, input.join == nil else {
            throw .badRequest("the past of entities behind others cannot be asked", at: "q")
        }
    }
}

// MARK: - Time

extension TemporalParameters {
    private mutating func readTime(_ source: FieldSource) throws(Problem) {
        if let word = try source.text("timeproperty") {
            guard let property = TemporalQuery.Property(rawValue: word) else {
                throw .badRequest(
                    "timeproperty is observedAt, createdAt, modifiedAt or deletedAt",
                    at: "timeproperty")
            }
            query.property = property
            query.namesProperty = true
        }
        query.relation = try Self.relation(source)
        if let lastN = source.read("lastN") {
            let number = lastN.integer ?? lastN.string.flatMap { Int64($0) }
            guard let number, number > 0 else {
                throw .badRequest("lastN is a whole number above zero", at: "lastN")
            }
            query.lastN = Int(clamping: number)
        }
        form.property = query.property
    }

    private static func relation(
        _ source: FieldSource
    ) throws(Problem) -> TemporalQuery.Relation? {
        guard let word = try source.text("timerel") else {
            guard source.read("timeAt") == nil else {
                throw .badRequest("timeAt needs timerel", at: "timerel")
            }
            return nil
        }
        let start = try instant(source, "timeAt")
        switch word {
        case "before": return .before(start)
        case "after": return .after(start)
        case "between":
            let end = try instant(source, "endTimeAt")
            guard start <= end else {
                throw .badRequest("endTimeAt is later than timeAt", at: "endTimeAt")
            }
            return .between(start, end)
        default: throw .badRequest("timerel is before, after or between", at: "timerel")
        }
    }

    private static func instant(
        _ source: FieldSource, _ name: String
    ) throws(Problem) -> Timestamp {
        guard let text = try source.text(name), text.contains("T"), text.hasSuffix("Z"),
            let time = Timestamp(iso8601: text)
        else {
            throw .badRequest(
                "\(name) is a date and time in UTC", at: name,
                remedy: "Write for example 2026-06-01T09:00:00Z.")
        }
        return time
    }
}

// MARK: - Form

extension TemporalParameters {
    private static let formats: [String: NGSILDCodec.TemporalForm.Format] = [
        "normalized": .instances, "temporalValues": .values, "simplified": .values,
        "aggregatedValues": .aggregated,
    ]

    /// `format` goes before `options` (§6.3.7).
    private mutating func readForm(_ request: NGSILDRequest) throws(Problem) {
        for word in request.options {
            switch word {
            case "sysAttrs": form.hasSystemAttributes = true
            case "count": break
            default:
                guard let format = Self.formats[word] else {
                    throw .invalid("\"\(word.prefix(40))\" is no option here", at: "options")
                }
                form.format = format
            }
        }
        if let word = request.parameter("format") {
            guard let format = Self.formats[word] else {
                throw .invalid("\"\(word.prefix(40))\" is no format here", at: "format")
            }
            form.format = format
        }
        if try request.flag("sysAttrs") { form.hasSystemAttributes = true }
    }

    private mutating func readAggregation(_ source: FieldSource) throws(Problem) {
        let isAsked = source.read("aggrMethods") != nil
        // A Query document asks by naming the methods; a URL says how it wants to read them.
        if isAsked, form.format == .instances { form.format = .aggregated }
        guard form.format == .aggregated else { return }
        var methods: [TemporalAggregation.Method] = []
        for word in try Self.words(source.read("aggrMethods"), "aggrMethods") {
            guard let method = TemporalAggregation.Method(rawValue: word) else {
                throw .badRequest(
                    "aggrMethods has no method \"\(word.prefix(40))\"", at: "aggrMethods",
                    remedy: "Use "
                        + TemporalAggregation.Method.allCases.map(\.rawValue)
                        .joined(separator: ", ") + ".")
            }
            if !methods.contains(method) { methods.append(method) }
        }
        if methods.isEmpty {
            throw .badRequest("aggregatedValues needs aggrMethods", at: "aggrMethods")
        }
        var period = CalendarPeriod.zero
        if let text = try source.text("aggrPeriodDuration") {
            guard let written = CalendarPeriod(iso8601: text) else {
                throw .badRequest(
                    "aggrPeriodDuration is a duration such as PT1H or P1D",
                    at: "aggrPeriodDuration")
            }
            period = written
        }
        query.aggregation = TemporalAggregation(methods: methods, period: period)
        form.methods = methods
    }
}

// MARK: - What is shown

extension TemporalParameters {
    private mutating func readProjection(
        _ input: SelectionInput, _ context: LDContext
    ) throws(Problem) {
        if input.attributes != nil, input.pick != nil || input.omit != nil {
            throw .badRequest("attrs does not stand with pick or omit", at: "attrs")
        }
        func words(_ text: String?) -> [String] {
            (text ?? "").split(separator: ",").map { String($0.trimmed) }
        }
        let codec = NGSILDCodec(context)
        func names(_ words: [String], _ place: String) throws(Problem) -> [String] {
            var names: [String] = []
            for word in words {
                names.append(
                    Self.ownMembers.contains(word) ? word : try codec.attributeName(word, at: place)
                )
            }
            return names
        }
        attributes = try names(input.attributes ?? [], "attrs")
        query.attributes = attributes
        picked = Set(try names(words(input.pick), "pick"))
        omitted = Set(try names(words(input.omit), "omit"))
        if let both = picked.intersection(omitted).first {
            throw .badRequest("\(context.term(for: both)) is picked and omitted", at: "pick")
        }
        query.omitted = omitted.subtracting(Self.ownMembers)
        let pickedAttributes = picked.subtracting(Self.ownMembers)
        if !pickedAttributes.isEmpty { query.attributes = pickedAttributes.sorted() }
    }

    /// Entities in the asked form; those of which nothing is left are left out.
    func json(_ page: TemporalPage, _ context: LDContext) -> [JSONValue] {
        let codec = NGSILDCodec(context)
        let attributesAreHidden = !picked.isEmpty && picked.isSubset(of: Self.ownMembers)
        return page.entities.compactMap { entity in
            var entity = entity
            if attributesAreHidden { entity.series = [] }
            guard var object = codec.json(entity, form).object else { return nil }
            for name in Self.ownMembers
            where omitted.contains(name) || (!picked.isEmpty && !picked.contains(name)) {
                object[name] = nil
            }
            return object.isEmpty ? nil : .object(object)
        }
    }

    /// The whole of what was asked, or its first part with the time that it covers (§6.3.10).
    func answer(_ page: TemporalPage, _ json: JSONValue, _ answer: NGSILDAnswer) -> Response {
        guard let cutAt = page.cutAt else { return answer.document(json) }
        var response = answer.document(json, status: .partialContent)
        let start = rangeStart(page).iso8601
        let size = query.lastN.map(String.init) ?? "*"
        response.headers[.contentRange] = "date-time \(start)-\(cutAt.iso8601)/\(size)"
        return response
    }

    private func rangeStart(_ page: TemporalPage) -> Timestamp {
        let isNewestFirst = query.lastN != nil
        switch query.relation {
        case .after(let start) where !isNewestFirst: return start
        case .between(let start, _) where !isNewestFirst: return start
        case .before(let end) where isNewestFirst: return end
        case .between(_, let end) where isNewestFirst: return end
        default: return page.edge(isNewest: isNewestFirst) ?? page.cutAt ?? .init(microseconds: 0)
        }
    }
}

extension NGSILDRequest {
    /// `@none` is the default instance.
    static func datasets(_ texts: [String]) throws(Problem) -> Set<String?> {
        var datasets: Set<String?> = []
        for text in texts {
            guard text == "@none" || EntityID.isURI(text) else {
                throw .badRequest("a datasetId is a URI or @none", at: "datasetId")
            }
            datasets.insert(text == "@none" ? nil : text)
        }
        return datasets
    }
}
