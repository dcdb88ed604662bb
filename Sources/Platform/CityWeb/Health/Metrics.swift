import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization

/// Figures for watchers, as Prometheus text at `/metrics`. Names and routes only: no addresses of
/// readers, no raw paths.
package final class Metrics: Sendable {
    /// Different methods × routes × classes of status; the rest counts as `other`.
    package static let seriesMax = 500
    /// Upper bounds of answer times, in seconds.
    static let buckets: [Double] = [
        0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
    ]

    struct Series: Hashable, Sendable {
        let method: String
        let route: String
        let status: String
    }

    private struct Figure: Sendable {
        let name: String
        let help: String
        let kind: String
        let read: @Sendable () -> Double
    }

    private struct State {
        var requests: [Series: Int] = [:]
        var bucketCounts = [Int](repeating: 0, count: Metrics.buckets.count + 1)
        var secondsSum = 0.0
        var figures: [Figure] = []
    }

    private let state = Mutex(State())
    private let cachedPages = Atomic<Int>(0)
    private let doorPages = Atomic<Int>(0)
    private let doorCalls = Atomic<Int>(0)

    package init() {}

    /// A figure that is read when asked for; `kind` is `gauge` or `counter`.
    package func register(
        _ name: String, help: String, kind: String = "gauge",
        read: @escaping @Sendable () -> Double
    ) {
        state.withLock {
            $0.figures.append(Figure(name: name, help: help, kind: kind, read: read))
        }
    }

    func countCachedPage() { cachedPages.add(1, ordering: .relaxed) }

    /// A cached page that was answered before the router saw the request.
    func countPageAtDoor() { doorPages.add(1, ordering: .relaxed) }

    var pagesAtDoor: Int { doorPages.load(ordering: .relaxed) }

    /// A call of the API that was read before the HTTP parser; the router counts it too.
    func countCallAtDoor() { doorCalls.add(1, ordering: .relaxed) }

    var callsAtDoor: Int { doorCalls.load(ordering: .relaxed) }

    func count(_ series: Series, seconds: Double) {
        let bucket = Self.buckets.firstIndex { seconds <= $0 } ?? Self.buckets.count
        state.withLock { state in
            let hasRoom = state.requests.count < Self.seriesMax || state.requests[series] != nil
            let counted =
                hasRoom ? series : Series(method: "other", route: "other", status: series.status)
            state.requests[counted, default: 0] += 1
            state.bucketCounts[bucket] += 1
            state.secondsSum += seconds
        }
    }

    /// Prometheus text format 0.0.4.
    package var text: String {
        let (requests, counts, sum, figures) = state.withLock {
            ($0.requests, $0.bucketCounts, $0.secondsSum, $0.figures)
        }
        var lines = Self.head("city_http_requests_total", "Requests answered.", "counter")
        lines += requests.map { series, count in
            "city_http_requests_total{method=\"\(series.method)\",route=\"\(series.route)\","
                + "status=\"\(series.status)\"} \(count)"
        }.sorted()
        lines += Self.head("city_http_cached_pages_total", "Pages from the cache.", "counter")
        let cached = cachedPages.load(ordering: .relaxed) + pagesAtDoor
        lines.append("city_http_cached_pages_total \(cached)")
        lines += Self.head(
            "city_http_door_pages_total", "Cached pages answered at the door.", "counter")
        lines.append("city_http_door_pages_total \(pagesAtDoor)")
        lines += Self.head(
            "city_http_door_calls_total", "Calls of the API read at the door.", "counter")
        lines.append("city_http_door_calls_total \(callsAtDoor)")
        lines += Self.head("city_http_request_seconds", "Time to an answer.", "histogram")
        var total = 0
        for (bound, count) in zip(Self.buckets.map(\.description) + ["+Inf"], counts) {
            total += count
            lines.append("city_http_request_seconds_bucket{le=\"\(bound)\"} \(total)")
        }
        lines.append("city_http_request_seconds_sum \(sum)")
        lines.append("city_http_request_seconds_count \(total)")
        for figure in figures {
            lines += Self.head(figure.name, figure.help, figure.kind)
            lines.append("\(figure.name) \(figure.read())")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func head(_ name: String, _ help: String, _ kind: String) -> [String] {
        ["# HELP \(name) \(help)", "# TYPE \(name) \(kind)"]
    }

    func addRoutes(to router: CityRouter) {
        router.get("/metrics") { _, _ in
            Response(
                status: .ok,
                headers: [
                    .contentType: "text/plain; version=0.0.4; charset=utf-8",
                    .cacheControl: "no-store",
                ],
                body: .init(byteBuffer: ByteBuffer(string: self.text)))
        }
    }
}
