package import CityKernel
import CityStore
import Synchronization

/// The @contexts of one tenant: the core context, those that clients host here, copies of remote
/// ones, and those of subscriptions.
///
/// What it knows is answered from memory, at once; `resolve` looks into the database and then on the
/// web for what it does not know.
package final class ContextLibrary: Sendable {
    /// Contexts kept by one tenant. Where a new one finds no room, the oldest cached copy goes.
    package static let countMax = 1_000
    /// How deeply contexts may name each other.
    package static let depthMax = 8
    /// Documents that one context may be made of.
    package static let partsMax = 50
    /// Documents fetched for one request.
    package static let fetchesMax = 16

    let shelf = Mutex(ContextShelf())
    let keeping: Keeping?

    /// Where contexts are kept beside memory, and how others are had.
    struct Keeping: Sendable {
        var store: any Store
        var clock: any CityClock
        var fetcher: ContextFetcher
        var token: @Sendable () -> String
        /// Tells this process's news from those of others.
        var origin: String
    }

    init(keeping: Keeping?) { self.keeping = keeping }

    /// A library in memory only, which fetches nothing.
    /// - Parameter contexts: documents by URL, or the values of their `@context`.
    package convenience init(_ contexts: [String: JSONValue] = [:]) {
        self.init(keeping: nil)
        for (url, document) in contexts { put(document["@context"] ?? document, url: url) }
    }

    /// Puts a document under a URL into memory, as if it had been fetched from there.
    /// - Parameter context: the value of its `@context`, or the whole document.
    package func add(_ context: JSONValue, url: String) throws(Problem) {
        let body = context["@context"] ?? context
        try Self.checkShape(body)
        put(body, url: url)
    }

    private func put(_ body: JSONValue, url: String) {
        let kept = KeptContext(
            localID: "urn:ngsi-ld:Context:preset:" + url, kind: .cached, url: url, body: body,
            createdAt: Timestamp(microseconds: 0))
        shelf.withLock { $0.put(kept, bytes: body.bytes.count) }
    }

    /// Whether this is a published URL of the core context, or its id here.
    package func isCore(_ id: String) -> Bool {
        id == KeptContext.coreLocalID || CoreContext.isCore(id)
    }

    /// Whether no single URL says this context.
    package func needsURL(_ source: JSONValue) -> Bool {
        let parts = (source.array ?? [source]).filter { part in
            part.string.map { !CoreContext.isCore($0) } ?? true
        }
        return parts.count > 1 || parts.first?.object != nil
    }

    /// The id of a context in a URL that serves it from here, whatever this city's address is there.
    static func localID(in url: String) -> String? {
        let mark = "/ngsi-ld/v1/jsonldContexts/"
        guard url.hasPrefix("http"), let range = url.firstRange(of: mark) else { return nil }
        return String(url[range.upperBound...])
    }

    /// Refuses what is no context by its form (JSON-LD 1.1 §9.15).
    static func checkShape(_ body: JSONValue) throws(Problem) {
        switch body {
        case .object(let object): _ = try LDContext(source: body, parts: [object])
        case .array(let items): for item in items { try checkShape(item) }
        case .string(let url):
            guard EntityID.isURI(url) else {
                throw .badData("\"\(url.prefix(200))\" is not an absolute URL", at: "/@context")
            }
        case .null: break
        default: throw Self.noContext
        }
    }

    static var noContext: Problem {
        .badData("an @context is a URL, an object or a list of them", at: "/@context")
    }
}

// MARK: - What is known

extension ContextLibrary {
    /// - Parameter json: the value of an `@context` or `nil`.
    /// - Throws: `Problem` of kind `contextUnavailable` for a URL that is not in memory, or
    ///   `badRequestData`.
    package func context(_ json: JSONValue?) throws(Problem) -> LDContext {
        switch try lookUp(json, isCounted: false) {
        case .known(let found): return found.context
        case .unknown(let url): throw ContextFetcher.unavailable(url, "it is not known here")
        }
    }

    package func context(url: String) throws(Problem) -> LDContext {
        try context(.string(url))
    }

    enum Found {
        case known(ContextShelf.Compiled)
        case unknown(url: String)
    }

    /// - Parameter isCounted: whether a request named it, and not something that is stored.
    func lookUp(_ json: JSONValue?, isCounted: Bool) throws(Problem) -> Found {
        let core = ContextShelf.Compiled(context: .core, uses: [])
        guard let json, !json.isNull else { return .known(core) }
        let isOfURLs = json.string != nil || json.array?.allSatisfy { $0.string != nil } == true
        if isOfURLs, let compiled = shelf.withLock({ $0.compiled(json) }) {
            note(compiled.uses, isCounted)
            return .known(compiled)
        }
        var reading = Reading(library: self)
        if let url = try reading.collect(json, depth: 0) { return .unknown(url: url) }
        note(reading.uses, isCounted)
        if reading.parts.isEmpty { return .known(core) }
        let compiled = ContextShelf.Compiled(
            context: try LDContext(source: json, parts: reading.parts), uses: reading.uses)
        if isOfURLs { shelf.withLock { $0.keep(compiled, for: json) } }
        return .known(compiled)
    }

    private func note(_ uses: [String], _ isCounted: Bool) {
        guard let keeping, !uses.isEmpty else { return }
        let now = keeping.clock.now
        shelf.withLock { shelf in
            for id in uses { shelf.noteUse(id, at: now, isCounted: isCounted) }
        }
    }

    /// Gathers the definitions of a context out of all documents that it names.
    private struct Reading {
        let library: ContextLibrary
        var parts: [JSONObject] = []
        var uses: [String] = []
        /// The documents that are being read, for circles.
        private var chain: [String] = []

        init(library: ContextLibrary) { self.library = library }

        /// - Returns: the first URL that is not known; `nil` when all was read.
        mutating func collect(_ json: JSONValue, depth: Int) throws(Problem) -> String? {
            guard depth < ContextLibrary.depthMax, parts.count < ContextLibrary.partsMax else {
                throw .badData("the @context is made of too many others", at: "/@context")
            }
            switch json {
            case .object(let object): parts.append(object)
            case .array(let values):
                for value in values {
                    if let url = try collect(value, depth: depth + 1) { return url }
                }
            case .string(let url) where CoreContext.isCore(url): break
            case .string(let url): return try collect(url: url, depth: depth)
            // A context that is null takes back all before it, never the core context.
            case .null: parts = []
            default: throw ContextLibrary.noContext
            }
            return nil
        }

        private mutating func collect(url: String, depth: Int) throws(Problem) -> String? {
            guard EntityID.isURI(url) else {
                throw .badData("\"\(url.prefix(200))\" is not an absolute URL", at: "/@context")
            }
            guard let known = library.shelf.withLock({ $0.find(url) }) else { return url }
            guard !chain.contains(known.localID) else {
                throw .badData("contexts refer to each other in a circle", at: "/@context")
            }
            chain.append(known.localID)
            let unknown = try collect(known.body, depth: depth + 1)
            chain.removeLast()
            if !uses.contains(known.localID) { uses.append(known.localID) }
            return unknown
        }
    }
}
