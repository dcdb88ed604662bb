package import CityKernel
import Synchronization

/// The contexts that this city knows by URL: the core context, those of its configuration and those
/// that it hosts. Contexts are never fetched while somebody waits: an unknown one is a refusal.
package final class ContextLibrary: Sendable {
    /// Contexts kept by URL.
    package static let countMax = 1_000
    private static let depthMax = 8

    private let contexts: Mutex<[String: JSONValue]>

    /// - Parameter contexts: documents by URL, each the value of its `@context`.
    package init(_ contexts: [String: JSONValue] = [:]) {
        self.contexts = Mutex(contexts)
    }

    /// - Throws: `Problem` when the library is full.
    package func add(_ context: JSONValue, url: String) throws(Problem) {
        let isKept = contexts.withLock { contexts in
            guard contexts.count < Self.countMax || contexts[url] != nil else { return false }
            contexts[url] = context
            return true
        }
        guard isKept else {
            throw Problem(
                .tooLarge, title: "Too many contexts are kept",
                detail: "The city keeps at most \(Self.countMax) contexts.",
                remedy: "Delete one that nobody uses.")
        }
    }

    /// - Parameter json: the value of an `@context` or `nil`.
    /// - Throws: `Problem` of kind `contextUnavailable` for a URL that is not known, or
    ///   `badRequestData`.
    package func context(_ json: JSONValue?) throws(Problem) -> LDContext {
        guard let json, !json.isNull else { return .core }
        var parts: [JSONObject] = []
        try collect(json, into: &parts, depth: 0)
        if parts.isEmpty { return .core }
        return try LDContext(source: json, parts: parts)
    }

    package func context(url: String) throws(Problem) -> LDContext {
        try context(.string(url))
    }

    private func collect(
        _ json: JSONValue, into parts: inout [JSONObject], depth: Int
    ) throws(Problem) {
        guard depth < Self.depthMax else {
            throw .badData("contexts refer to each other too deeply")
        }
        switch json {
        case .object(let object): parts.append(object)
        case .array(let values):
            for value in values { try collect(value, into: &parts, depth: depth + 1) }
        case .string(let url) where CoreContext.isCore(url): break
        case .string(let url):
            guard let known = contexts.withLock({ $0[url] }) else {
                throw Problem(
                    .contextUnavailable, title: "The @context is not available",
                    detail: "\(url.prefix(200)) is not among the contexts of this city.",
                    remedy: "Send the context inline, or ask the city to configure this URL.")
            }
            try collect(known["@context"] ?? known, into: &parts, depth: depth + 1)
        default:
            throw .badData("an @context is a URL, an object or a list of them", at: "/@context")
        }
    }
}
