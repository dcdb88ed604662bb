import CityKernel
import HTTPTypes
package import Hummingbird
import NIOCore

/// The HTTP transport of both manners: `/iot/json` and `/iot/d` with `k` (key), `i` (device) and `t`
/// (time). The answer comes once the measures are durable; with `getCmd=1` it holds the commands that
/// wait for the device, which answers by `/iot/json/commands` or in its own text.
package struct IotDoor: Sendable {
    package static let bodyBytesMax = MqttMapping.payloadBytesMax

    private let register: DeviceRegister
    private let desk: CommandDesk

    package init(register: DeviceRegister, desk: CommandDesk) {
        self.register = register
        self.desk = desk
    }

    /// Adds the doors to a router whose middleware turns a `Problem` into an answer.
    package func addRoutes<Context: RequestContext>(to router: some RouterMethods<Context>) {
        router.post("/iot/json") { request, _ in
            try await take(
                try await payload(of: request), .json, request
            ) { payload throws(DeviceRefusal) in
                try IotJSON.measures(payload)
            }
        }
        router.post("/iot/json/attrs/:name") { request, context in
            let name = context.parameters.get("name") ?? ""
            return try await take(
                try await payload(of: request), .json, request
            ) { payload throws(DeviceRefusal) in
                [Measures(values: [Measured(name: name, value: try IotJSON.value(payload))])]
            }
        }
        router.post("/iot/json/commands") { request, _ in try await answer(request) }
        router.get("/iot/d") { request, _ in
            let data = request.uri.queryParameters["d"].map { Array($0.utf8) } ?? []
            return try await takeText(data, request)
        }
        router.post("/iot/d") { request, _ in
            try await takeText(try await payload(of: request), request)
        }
    }

    private func takeText(_ payload: [UInt8], _ request: Request) async throws -> Response {
        let device = request.uri.queryParameters["i"].map(String.init) ?? ""
        guard UltraLight.isAnswer(payload, of: device) else {
            return try await take(payload, .ultraLight, request) {
                payload throws(DeviceRefusal) in
                try UltraLight.measures(payload)
            }
        }
        return try await storing(request) { known, _ throws(DeviceRefusal) in
            let answer = try UltraLight.answer(payload, of: device)
            return Intake(also: [desk.answering(answer.command, answer.result, of: known)])
        }
    }

    private func answer(_ request: Request) async throws -> Response {
        let payload = try await payload(of: request)
        return try await storing(request) { known, _ throws(DeviceRefusal) in
            let answers = try IotJSON.answers(payload)
            return Intake(
                also: answers.map { desk.answering($0.command, $0.result, of: known) })
        }
    }

    /// An empty message that only asks for commands is no measure.
    private func take(
        _ payload: [UInt8], _ speech: DeviceModel.Speech, _ request: Request,
        _ read: ([UInt8]) throws(DeviceRefusal) -> [Measures]
    ) async throws -> Response {
        let parameters = request.uri.queryParameters
        let asksOnly = payload.isEmpty && parameters["getCmd"] == "1"
        return try await storing(request, givesCommands: speech) {
            known, isNew throws(DeviceRefusal) in
            if asksOnly { return Intake() }
            var measures = try read(payload)
            if let text = parameters["t"] {
                guard let time = ReadingText.time(String(text)) else { throw .timeInvalid }
                for index in measures.indices {
                    measures[index].observedAt = measures[index].observedAt ?? time
                }
            }
            return try register.intake(
                measures, of: known, isNew: isNew, at: register.clock.now)
        }
    }

    private func storing(
        _ request: Request, givesCommands speech: DeviceModel.Speech? = nil,
        _ intake: (DeviceBook.Known, Bool) throws(DeviceRefusal) -> Intake
    ) async throws -> Response {
        let parameters = request.uri.queryParameters
        let now = register.clock.now
        let (device, key) = (parameters["i"] ?? "", parameters["k"] ?? "")
        let speaker: (known: DeviceBook.Known, isNew: Bool)
        do throws(DeviceRefusal) {
            speaker = try register.speaker(String(device), key: String(key), at: now)
        } catch {
            throw error.problem
        }
        let brought: Intake
        do throws(DeviceRefusal) {
            brought = try intake(speaker.known, speaker.isNew)
        } catch {
            if !speaker.isNew {
                let noted = register.noting(error, of: speaker.known.device.id, at: now)
                try await register.store(noted, source: "edge/iot")
            }
            throw error.problem
        }
        if !brought.facts.isEmpty || !brought.also.isEmpty {
            try await register.store(brought, source: "edge/iot")
        }
        guard parameters["getCmd"] == "1", let speech else { return Response(status: .ok) }
        return try await commands(for: speaker.known, speech)
    }

    private func commands(
        for known: DeviceBook.Known, _ speech: DeviceModel.Speech
    ) async throws -> Response {
        let commands = try await desk.take(for: known)
        if speech == .ultraLight {
            let text = commands.map(UltraLight.command).joined(separator: "#")
            return Self.response(Array(text.utf8), "text/plain; charset=utf-8")
        }
        // The newest of a name wins: an object says each name once.
        var object = JSONObject()
        for command in commands { object[command.name] = command.value }
        return Self.response(JSONValue.object(object).bytes, "application/json")
    }

    private func payload(of request: Request) async throws -> [UInt8] {
        do {
            return Array(try await request.body.collect(upTo: Self.bodyBytesMax).readableBytesView)
        } catch is NIOTooManyBytesError {
            throw DeviceRefusal.payloadTooLarge.problem
        }
    }

    private static func response(_ bytes: [UInt8], _ type: String) -> Response {
        Response(
            status: .ok, headers: [.contentType: type],
            body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}
