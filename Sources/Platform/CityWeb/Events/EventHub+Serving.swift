import CityKernel
import HTTPTypes
import Hummingbird
import NIOCore
import ServiceLifecycle

extension EventHub {
    /// Types that one client may name.
    static let typesMax = 32

    /// `GET /events?types=FloodStage,Shelter`: `text/event-stream`.
    func addRoutes(to router: CityRouter) {
        router.get("/events") { request, _ -> Response in
            let asked = (request.uri.queryParameters.get("types") ?? "").split(separator: ",")
            guard asked.count <= Self.typesMax else {
                throw Problem(
                    .invalidRequest, title: "Too many types",
                    detail: "\(asked.count) types were named; \(Self.typesMax) are allowed.",
                    remedy: "Name fewer types, or none for all.",
                    places: [.init(place: "types", message: "too many")])
            }
            let lastID = HTTPField.Name("Last-Event-ID").flatMap { request.headers[$0] }
            let stream = try self.open(types: Set(asked.map(String.init)), after: lastID)
            return Response(
                status: .ok,
                headers: [
                    .contentType: "text/event-stream", .cacheControl: "no-store",
                    .init("X-Accel-Buffering")!: "no",
                ],
                body: ResponseBody { writer in
                    for await bytes in stream { try await writer.write(bytes) }
                    try await writer.finish(nil)
                })
        }
    }
}

/// Beats for the event streams and ends them when the city stops.
struct EventHeart: Service {
    let hub: EventHub
    let clock: any CityClock

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await clock.sleep(for: EventHub.heartbeatEvery)
                } catch {
                    break  // the city stops
                }
                hub.beat()
            }
        }
        hub.close()
    }
}
