import CityKernel
import NIOCore

/// What the door may hand out without asking further: pages that are finished and fresh.
struct FinishedPages: Sendable {
    private let cache: PageCache
    private let metrics: Metrics

    init(cache: PageCache, metrics: Metrics) {
        self.cache = cache
        self.metrics = metrics
    }

    /// The whole answer, or `nil` when the page must be made or the reader may be somebody special.
    func find(_ request: PlainRequest) -> ByteBuffer? {
        guard !request.isPersonal, request.cookie.map(Self.isOnlyLanguage) ?? true else {
            return nil
        }
        let language = Language(
            target: request.target,
            cookie: request.cookie.flatMap { HeaderText.cookie("lang", in: $0) },
            accepted: request.acceptLanguage)
        let now = cache.clock.now
        let key = PageCache.Key(target: request.target, language: language)
        guard let entry = cache.find(key, at: now) else { return nil }
        metrics.countPageAtDoor()
        let form = entry.form(
            ifNoneMatch: request.ifNoneMatch,
            acceptsGzip: request.acceptEncoding.map(HeaderText.acceptsGzip) ?? false)
        return entry.wire(form, isHead: request.isHead, at: now)
    }

    /// Sessions and whatever else a browser keeps go the long way.
    private static func isOnlyLanguage(_ cookies: String) -> Bool {
        cookies.split(separator: ";").allSatisfy { $0.trimmed.hasPrefix("lang=") }
    }
}
