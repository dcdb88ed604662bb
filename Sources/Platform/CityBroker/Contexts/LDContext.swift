package import CityKernel
import Synchronization

/// A JSON-LD @context: what the terms of a document mean, and how names are written for a reader.
///
/// Inside the city a name is short when its IRI is a core term or lies in the default vocabulary,
/// and the full IRI otherwise.
package struct LDContext: Sendable, Hashable {
    /// Terms of one context, all its parts together.
    package static let termsMax = 20_000

    /// As the sender wrote it; `nil` for the core context alone.
    package let source: JSONValue?
    private var iris: [String: String] = [:]
    private var terms: [String: String] = [:]
    private var prefixes: [(iri: String, term: String)] = []
    private var vocabulary: String?
    /// Other words for `id` and `type`.
    private var keywords: [String: String] = [:]
    /// What `@type` says of a term's values.
    private var coercions: [String: String] = [:]
    private var declaredPrefixes: Set<String> = []
    /// Names of terms that were valid, found before; a context never changes.
    let memory = NameMemory()

    package static let core = LDContext()

    private init() { source = nil }

    package static func == (left: LDContext, right: LDContext) -> Bool {
        left.source == right.source
    }
    package func hash(into hasher: inout Hasher) { hasher.combine(source) }

    /// - Parameter parts: objects of definitions, the later over the earlier.
    /// - Throws: `Problem` of kind `badRequestData` for a definition that cannot be read.
    init(source: JSONValue, parts: [JSONObject]) throws(Problem) {
        self.source = source
        for part in parts { try read(part) }
        resolvePrefixes()
        for (term, iri) in iris where iri.hasPrefix("@") {
            iris[term] = nil
            if ["@id", "@type"].contains(iri) { keywords[term] = String(iri.dropFirst()) }
        }
        for (term, iri) in iris {
            // Several terms for one IRI: the shortest, then the first, so that all readers agree.
            if let other = terms[iri], (other.count, other) < (term.count, term) { continue }
            terms[iri] = term
        }
        prefixes = iris.merging(CoreContext.prefixes) { own, _ in own }
            .filter { "/#:".contains($0.value.last ?? " ") || isDeclared($0.key) }
            .map { (iri: $0.value, term: $0.key) }
            .sorted { ($1.iri.count, $0.term) < ($0.iri.count, $1.term) }
    }

    private func isDeclared(_ term: String) -> Bool { declaredPrefixes.contains(term) }

    private mutating func read(_ part: JSONObject) throws(Problem) {
        for (term, definition) in part {
            if term == "@vocab" {
                vocabulary = definition.string
                continue
            }
            if term.hasPrefix("@") { continue }
            guard iris.count < Self.termsMax else { throw .badData("the @context is too large") }
            switch definition {
            case .string(let iri): iris[term] = iri
            case .null: iris[term] = nil
            case .object(let object):
                guard object["@context"] == nil else {
                    throw .badData(
                        "a term of a user's context has no context of its own", at: "/@context")
                }
                if let iri = object["@id"]?.string { iris[term] = iri }
                if let type = object["@type"]?.string { coercions[term] = type }
                if object["@prefix"]?.bool == true { declaredPrefixes.insert(term) }
            default: throw .badData("the @context defines \"\(term.prefix(80))\" as no IRI")
            }
        }
    }

    /// Definitions may use prefixes and terms of the same context, in any order.
    private mutating func resolvePrefixes() {
        let written = iris
        let depthMax = 8
        for (term, start) in written {
            var iri = start
            for _ in 0..<depthMax {
                let parts = iri.split(separator: ":", maxSplits: 1)
                if parts.count == 2 {
                    let prefix = String(parts[0])
                    guard !parts[1].hasPrefix("//"),
                        let base = CoreContext.prefixes[prefix] ?? written[prefix],
                        prefix != term
                    else { break }
                    iri = base + parts[1]
                } else if iri != term, let other = written[iri] {
                    iri = other
                } else {
                    break
                }
            }
            if !iri.contains(":"), !iri.hasPrefix("@") {
                iri = (vocabulary ?? CoreContext.vocabulary) + iri
            }
            iris[term] = iri
        }
    }
}

// MARK: - Expanding

extension LDContext {
    /// The name inside the city of a term, a prefixed name or an IRI.
    package func name(of term: String) -> String { Self.name(ofIRI: iri(of: term)) }

    private func iri(of term: String) -> String {
        if let core = CoreContext.iris[term] { return core }
        if let iri = iris[term] { return iri }
        guard let colon = term.firstIndex(of: ":") else {
            return (vocabulary ?? CoreContext.vocabulary) + term
        }
        let rest = term[term.index(after: colon)...]
        let prefix = String(term[..<colon])
        if !rest.hasPrefix("//"), let base = CoreContext.prefixes[prefix] ?? iris[prefix] {
            return base + rest
        }
        return term
    }

    private static func name(ofIRI iri: String) -> String {
        if let core = CoreContext.termsByIRI[iri] { return core }
        for vocabulary in [CoreContext.vocabulary, CoreContext.otherVocabulary]
        where iri.hasPrefix(vocabulary) {
            let rest = String(iri.dropFirst(vocabulary.count))
            if !rest.isEmpty, !rest.contains(":"), CoreContext.iris[rest] == nil { return rest }
        }
        return iri
    }

    /// The full IRI of a name inside the city.
    package static func iri(ofName name: String) -> String {
        if let core = CoreContext.iris[name] { return core }
        return name.contains(":") ? name : CoreContext.vocabulary + name
    }
}

// MARK: - Keywords and coercion

extension LDContext {
    /// `id` or `type` when the context has another word for them, such as `{"identifier": "@id"}`.
    package func keyword(for term: String) -> String? { keywords[term] }

    /// What `@type` of the context says of a term's values: `@id`, `@vocab`, `@json` or a datatype.
    package func coercion(of term: String) -> String? { coercions[term] }

    /// The document with `id` and `type` in their own words, at every depth.
    package func withKeywords(_ json: JSONValue) -> JSONValue {
        guard !keywords.isEmpty else { return json }
        switch json {
        case .array(let items): return .array(items.map(withKeywords))
        case .object(let object):
            var plain = JSONObject()
            for (key, value) in object {
                let name = keywords[key] ?? key
                guard key != "@context", plain[name] == nil else {
                    plain[key] = value
                    continue
                }
                plain.append(name, withKeywords(value))
            }
            return .object(plain)
        default: return json
        }
    }
}

// MARK: - Compacting

extension LDContext {
    /// How a name inside the city is written under this context.
    package func term(for name: String) -> String {
        if source == nil || CoreContext.iris[name] != nil { return name }
        let iri = Self.iri(ofName: name)
        if let term = terms[iri], CoreContext.iris[term] == nil { return term }
        if let vocabulary {
            let rest = String(iri.dropFirst(vocabulary.count))
            if iri.hasPrefix(vocabulary), !rest.isEmpty, isFree(rest) { return rest }
        } else if !name.contains(":"), isFree(name) {
            return name
        }
        for (base, prefix) in prefixes where iri.hasPrefix(base) && iri.count > base.count {
            return prefix + ":" + iri.dropFirst(base.count)
        }
        return iri
    }

    private func isFree(_ term: String) -> Bool {
        iris[term] == nil && CoreContext.iris[term] == nil && !term.contains(":")
    }
}

extension Problem {
    /// Input that breaks the rules of the data model.
    static func badData(
        _ detail: String, at place: String? = nil, remedy: String? = nil
    ) -> Problem {
        Problem(
            .badRequestData, title: "The data does not meet the rules of NGSI-LD", detail: detail,
            remedy: remedy, places: place.map { [.init(place: $0, message: detail)] } ?? [])
    }
}

/// Names by terms, the same for every copy of one context.
final class NameMemory: Sendable {
    /// Terms kept; one more empties the memory.
    static let countMax = 1_024

    private let names = Mutex<[String: String]>([:])

    func find(_ term: String) -> String? { names.withLock { $0[term] } }

    func keep(_ term: String, _ name: String) {
        names.withLock { names in
            if names.count >= Self.countMax { names = [:] }
            names[term] = name
        }
    }
}
