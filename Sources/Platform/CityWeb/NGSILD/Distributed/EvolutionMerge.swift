import CityBroker
import CityKernel
import HTTPTypes
import Hummingbird

/// Evolutions of entities out of what several tell of them, as documents of the form that was asked
/// for.
struct EvolutionMerge {
    private let isSummed: Bool
    private var known: [String: JSONObject] = [:]
    /// Somebody had more to tell than one answer holds.
    private var isPartial = false

    init(_ isSummed: Bool) { self.isSummed = isSummed }

    /// In order of id.
    var entities: [JSONValue] { known.sorted { $0.key < $1.key }.map { .object($0.value) } }

    /// The city's own answer.
    mutating func add(_ own: Response) async throws {
        if own.status == .partialContent { isPartial = true }
        let json = try JSONValue(parsing: try await own.collected())
        for item in json.array ?? [json] {
            guard var object = item.object else { continue }
            // The answer says its context itself.
            object["@context"] = nil
            add(object)
        }
    }

    mutating func take(
        _ outcome: SourceClient.Outcome, of registration: Registration, _ hop: SourceHop,
        _ warnings: inout SourceWarnings
    ) {
        let words = hop.words(for: registration)
        let reply = outcome.read(registration, &warnings, statuses: [200, 206]) {
            bytes throws(SourceFailure) -> JSONValue in
            guard let json = try? JSONValue(parsing: bytes) else { throw .unreadable }
            return json
        }
        guard let reply else { return }
        if case .success(let reply) = outcome, reply.status == 206 { isPartial = true }
        let said = words == hop.context ? reply : NameTranslation(words, hop.context).said(reply)
        for item in said.array ?? [said] {
            guard var object = item.object else { continue }
            object["@context"] = nil
            add(object)
        }
    }

    private mutating func add(_ object: JSONObject) {
        guard let id = object["id"]?.string else { return }
        guard var whole = known[id] else {
            known[id] = object
            return
        }
        for (key, value) in object {
            guard let mine = whole[key] else {
                whole[key] = value
                continue
            }
            switch key {
            case "id", "createdAt", "modifiedAt": break
            case "type": whole[key] = Self.union(mine, value)
            default:
                if !isSummed { whole[key] = Self.joined(mine, value) }
            }
        }
        known[id] = whole
    }

    private static func union(_ mine: JSONValue, _ theirs: JSONValue) -> JSONValue {
        let all = mine.array ?? [mine]
        let more = (theirs.array ?? [theirs]).filter { !all.contains($0) }
        return more.isEmpty ? mine : .array(all + more)
    }

    /// Instances of one attribute, whole or as pairs of value and time, without repetitions.
    private static func joined(_ mine: JSONValue, _ theirs: JSONValue) -> JSONValue {
        if var object = mine.object, object["instanceId"] == nil, let more = theirs.object {
            for key in ["values", "objects", "languageMaps", "vocabs", "jsons", "valueLists"] {
                guard let own = object[key]?.array, let others = more[key]?.array else { continue }
                let fresh = others.filter { !own.contains($0) }
                object[key] = .array((own + fresh).sorted { moment($0[1]) > moment($1[1]) })
                return .object(object)
            }
        }
        let own = mine.array ?? [mine]
        let fresh = (theirs.array ?? [theirs]).filter { other in
            !own.contains { $0.withoutInstance == other.withoutInstance }
        }
        return .array(
            (own + fresh).sorted { moment($0["observedAt"]) > moment($1["observedAt"]) })
    }

    /// The newest stand first; what says no time stands last.
    private static func moment(_ json: JSONValue?) -> Timestamp {
        json?.string.flatMap { Timestamp(iso8601: $0) } ?? Timestamp(microseconds: .min)
    }

    /// - Parameter own: the city's own answer: when it was cut, it says where.
    func response(_ own: Response, _ whole: Response) -> Response {
        var response = whole
        if isPartial { response.status = .partialContent }
        if let range = own.headers[.contentRange] { response.headers[.contentRange] = range }
        return response
    }
}

extension JSONValue {
    /// Two brokers give the same instance different names.
    fileprivate var withoutInstance: JSONValue {
        guard var object else { return self }
        object["instanceId"] = nil
        return .object(object)
    }
}
