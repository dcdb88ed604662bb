package import CityKernel
import CityStore
import Synchronization

// MARK: - What is not known yet

extension ContextLibrary {
    /// A copy of a remote context older than this is fetched anew when it is used; should that fail,
    /// the copy serves on.
    package static let ageMax = Duration.hours(24)

    /// As `context`, and gets what is not in memory from the database or from the web.
    /// - Throws: `Problem` of kind `contextUnavailable` or `badRequestData`.
    package func resolve(_ json: JSONValue?) async throws(Problem) -> LDContext {
        var fetched = 0
        while true {
            let url: String
            switch try lookUp(json, isCounted: true) {
            case .known(let found):
                if await !refresh(found.uses) { return found.context }
                continue
            case .unknown(let unknown): url = unknown
            }
            if try await read(url) { continue }
            guard fetched < Self.fetchesMax else {
                throw .badData("the @context is made of too many others", at: "/@context")
            }
            fetched += 1
            try await fetch(url)
        }
    }

    package func resolve(url: String) async throws(Problem) -> LDContext {
        try await resolve(.string(url))
    }

    /// - Returns: whether one of them is another document now.
    private func refresh(_ uses: [String]) async -> Bool {
        guard let now = keeping?.clock.now else { return false }
        let stale = shelf.withLock { shelf in
            uses.filter { shelf.takeForRefresh($0, before: now - Self.ageMax, at: now) }
        }
        var isChanged = false
        for id in stale {
            // The copy at hand serves on, as the book says; it is tried again after `ageMax`.
            if (try? await reload(id)) != nil { isChanged = true }
        }
        return isChanged
    }

    /// From the database into memory.
    private func read(_ url: String) async throws(Problem) -> Bool {
        guard let keeping else { return false }
        let id = Self.localID(in: url) ?? url
        let found = try await Self.telling {
            try await keeping.store.read { connection in
                try ContextStore.find(id, in: connection)
            }
        }
        guard let found else { return false }
        shelf.withLock { $0.put(found, bytes: found.body.bytes.count) }
        return true
    }

    /// All that is kept, into memory, for those who hold a connection and cannot wait later.
    func loadAll(in connection: any Connection) throws {
        guard keeping != nil, shelf.withLock({ !$0.isLoaded }) else { return }
        for kept in try ContextStore.list(nil, in: connection) {
            shelf.withLock { shelf in
                if shelf.find(kept.localID) == nil {
                    shelf.put(kept, bytes: kept.body.bytes.count)
                }
            }
        }
        shelf.withLock { $0.isLoaded = true }
    }

    private func fetch(_ url: String) async throws(Problem) {
        guard let keeping else { throw ContextFetcher.unavailable(url, "it is not known here") }
        let body = try await keeping.fetcher.context(at: url)
        try Self.checkShape(body)
        try await keep(
            KeptContext(
                localID: "urn:ngsi-ld:Context:" + keeping.token(), kind: .cached, url: url,
                body: body, createdAt: keeping.clock.now))
    }

    /// Into the database, then into memory.
    @discardableResult
    private func keep(_ context: KeptContext) async throws(Problem) -> KeptContext {
        guard let keeping else { preconditionFailure("only a library with a store keeps") }
        let kept: KeptContext? = try await Self.telling {
            try await keeping.store.write { transaction in
                // Two requests may have fetched one URL at the same time.
                if let url = context.url,
                    let other = try ContextStore.find(url, in: transaction),
                    other.localID != context.localID
                {
                    return other
                }
                let isNew = try ContextStore.find(context.localID, in: transaction) == nil
                if isNew, try ContextStore.count(in: transaction) >= Self.countMax {
                    guard try ContextStore.deleteOldestCached(in: transaction) != nil else {
                        return nil
                    }
                }
                try ContextStore.put(context, in: transaction)
                try transaction.notify(Self.channel, keeping.origin + " " + context.localID)
                return context
            }
        }
        guard let kept else {
            throw Problem(
                .tooLarge, title: "Too many contexts are kept",
                detail: "The city keeps at most \(Self.countMax) contexts.",
                remedy: "Delete one that nobody uses.")
        }
        shelf.withLock { $0.put(kept, bytes: kept.body.bytes.count) }
        return kept
    }

    /// Errors of the store as a problem that every reader of a context may meet.
    private static func telling<Value: Sendable>(
        _ body: @Sendable () async throws -> Value
    ) async throws(Problem) -> Value {
        do {
            return try await body()
        } catch let error as any ProblemConvertible {
            throw error.problem
        } catch {
            throw Problem(
                .internalError, title: "The city's program failed",
                detail: "The contexts could not be read.")
        }
    }

    static let channel = "broker.context"

    /// Forgets what other processes on the same database have changed, until cancelled.
    func run() async {
        guard let keeping else { return }
        for await text in keeping.store.listen(to: Self.channel) {
            let words = text.split(separator: " ", maxSplits: 1).map(String.init)
            if words.first == keeping.origin { continue }
            shelf.withLock { shelf in
                if words.count == 2 { shelf.remove(words[1]) } else { shelf.removeAll() }
            }
        }
    }
}

// MARK: - Hosting (§5.13)

extension ContextLibrary {
    /// Adds a context that a client wrote.
    /// - Parameter document: an object with `@context`.
    /// - Throws: `Problem` of kind `invalidRequest`, `badRequestData`, `tooLarge`.
    package func host(_ document: JSONValue) async throws(Problem) -> KeptContext {
        guard let body = document["@context"] else {
            throw Problem(
                .invalidRequest, title: "The request cannot be read",
                detail: "A document with @context is needed.",
                places: [.init(place: "/", message: "@context is needed")])
        }
        guard body.bytes.count <= ContextFetcher.bytesMax else {
            throw Problem(
                .tooLarge, title: "The @context is too large",
                detail: "A context has at most \(ContextFetcher.bytesMax) bytes.")
        }
        try Self.checkShape(body)
        return try await keep(try made(.hosted, body))
    }

    /// Keeps the inline context of a subscription, so that its notifications can name it by URL. The
    /// same context is kept once.
    package func keepImplicitly(_ body: JSONValue) async throws(Problem) -> KeptContext {
        guard let keeping else { return try made(.implicitlyCreated, body) }
        let known = try await Self.telling {
            try await keeping.store.read { try ContextStore.find(implicit: body, in: $0) }
        }
        if let known { return known }
        return try await keep(try made(.implicitlyCreated, body))
    }

    private func made(
        _ kind: KeptContext.Kind, _ body: JSONValue
    ) throws(Problem) -> KeptContext {
        guard let keeping else {
            throw Problem(
                .notSupported, title: "Contexts are not hosted here",
                detail: "This broker keeps no contexts.")
        }
        return KeptContext(
            localID: "urn:ngsi-ld:Context:" + keeping.token(), kind: kind, body: body,
            createdAt: keeping.clock.now)
    }

    /// In order of age.
    package func list(_ kind: KeptContext.Kind?) async throws(Problem) -> [KeptContext] {
        guard let keeping else { return [] }
        let kept = try await Self.telling {
            try await keeping.store.read { try ContextStore.list(kind, in: $0) }
        }
        return shelf.withLock { shelf in kept.map(shelf.withUse) }
    }

    /// By local id, by the URL of a cached one, or by its URL here. Serving counts as a use.
    package func serve(_ id: String) async throws(Problem) -> KeptContext? {
        if shelf.withLock({ $0.find(id) == nil }) { _ = try await read(id) }
        let now = keeping?.clock.now
        return shelf.withLock { shelf in
            guard let found = shelf.find(id) else { return nil }
            if let now { shelf.noteUse(found.localID, at: now) }
            return found
        }
    }

    /// - Returns: whether it was there.
    package func delete(_ id: String) async throws(Problem) -> Bool {
        guard let keeping, let found = try await serve(id) else { return false }
        try await Self.telling {
            try await keeping.store.write { transaction in
                try ContextStore.delete(found.localID, in: transaction)
                try transaction.notify(Self.channel, keeping.origin + " " + found.localID)
            }
        }
        shelf.withLock { $0.remove(found.localID) }
        return true
    }

    /// Fetches a cached copy again. Should that fail, the copy stays.
    /// - Throws: `Problem` of kind `badRequestData` for one that is not cached.
    package func reload(_ id: String) async throws(Problem) {
        guard let keeping, let found = try await serve(id), let url = found.url else {
            throw .badData(
                "only a cached @context can be reloaded", at: "reload",
                remedy: "Leave reload out to delete it.")
        }
        var fresh = found
        fresh.body = try await keeping.fetcher.context(at: url)
        try Self.checkShape(fresh.body)
        fresh.createdAt = keeping.clock.now
        try await keep(fresh)
    }
}
