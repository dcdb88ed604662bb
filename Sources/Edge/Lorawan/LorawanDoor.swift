import CityKernel
import HTTPTypes
package import Hummingbird
import NIOCore

/// Webhooks of LoRaWAN network servers: `POST /lorawan/ttn` (The Things Stack v3) and
/// `POST /lorawan/chirpstack?event=up` (ChirpStack v4), with a key of the city as bearer or in
/// `X-Api-Key`. Answered once durable: a server that hears nothing sends again, and what is told
/// twice is stored once.
package struct LorawanDoor: Sendable {
    package static let bodyBytesMax = 256 << 10

    private let register: DeviceRegister
    private let access: IngestAccess
    private let desk: CommandDesk

    /// - Parameter desk: hears what became of downlinks.
    package init(register: DeviceRegister, access: IngestAccess, desk: CommandDesk) {
        self.register = register
        self.access = access
        self.desk = desk
    }

    /// Adds the doors to a router whose middleware turns a `Problem` into an answer.
    package func addRoutes<Context: RequestContext>(to router: some RouterMethods<Context>) {
        router.post("/lorawan/ttn") { request, _ in
            try await take(request) { json, _ throws(DeviceRefusal) in
                try Uplink.theThingsStack(json)
            }
        }
        router.post("/lorawan/chirpstack") { request, _ in
            try await take(request) { json, event throws(DeviceRefusal) in
                switch event {
                case "up": try Uplink.chirpStack(json)
                case "status": try Uplink.chirpStackStatus(json)
                default: nil
                }
            }
        }
    }

    private func take(
        _ request: Request, _ read: (JSONValue, String) throws(DeviceRefusal) -> Uplink?
    ) async throws -> Response {
        try await access.check(request)
        let json = try await json(of: request)
        let event = String(request.uri.queryParameters["event"] ?? "")
        if let news = DownlinkNews(json, event: event) {
            try await desk.acknowledge(news.device, isDone: news.isDone, info: news.info)
            return Response(status: .noContent)
        }
        let uplink: Uplink?
        do throws(DeviceRefusal) {
            uplink = try read(json, event)
        } catch {
            throw error.problem
        }
        // Joins, acknowledgements and the like say nothing of the town.
        guard let uplink else { return Response(status: .noContent) }
        return try await store(uplink)
    }

    private func store(_ uplink: Uplink) async throws -> Response {
        let now = register.clock.now
        guard let known = register.book.find(uplink.device, at: now), known.device.isActive,
            known.model.speech == .lorawan
        else { throw DeviceRefusal.unknownDevice.problem }
        let brought: Intake
        do throws(DeviceRefusal) {
            brought = try intake(uplink, of: known, at: now)
        } catch {
            try await register.store(
                register.noting(error, of: known.device.id, radio: uplink.radio, at: now),
                source: "edge/lorawan")
            throw error.problem
        }
        try await register.store(brought, source: "edge/lorawan")
        return Response(status: .noContent)
    }

    private func intake(
        _ uplink: Uplink, of known: DeviceBook.Known, at now: Timestamp
    ) throws(DeviceRefusal) -> Intake {
        var values: [Measured] = []
        if uplink.payload != nil || uplink.decoded != nil {
            values = try uplink.measured(by: known.model.decoder)
        }
        let measures = Measures(
            values: values, observedAt: uplink.receivedAt, radio: uplink.radio)
        return try register.intake(
            [measures], of: known, battery: uplink.battery, at: now)
    }

    private func json(of request: Request) async throws -> JSONValue {
        do {
            let body = try await request.body.collect(upTo: Self.bodyBytesMax)
            return try JSONValue(parsing: body.readableBytesView)
        } catch is NIOTooManyBytesError {
            throw DeviceRefusal.payloadTooLarge.problem
        }
    }
}
