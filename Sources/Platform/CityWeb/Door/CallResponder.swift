import CityKernel
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Synchronization

/// Answers calls that were read at the door as the server answers those that were not: by the same
/// responder, with the same context. Only the bytes are written here.
struct CallResponder: Sendable {
    private let responder: CityResponder
    private let metrics: Metrics
    private let logger: Logger
    private let date: DateText

    init(_ responder: CityResponder, metrics: Metrics, clock: any CityClock, logger: Logger) {
        self.responder = responder
        self.metrics = metrics
        self.logger = logger
        date = DateText(clock)
    }

    /// An answer that needs no waiting and no router; `nil` when there is none.
    func quickAnswer(_ call: PlainCall, on channel: any Channel) -> ByteBuffer? {
        guard
            let found = responder.quickAnswer(
                to: call.head, from: channel.remoteAddress, logger: logger)
        else { return nil }
        metrics.countCallAtDoor()
        return found.response.wire(body: found.body, date: date.now)
    }

    /// - Returns: the whole answer.
    func answer(_ call: PlainCall, on channel: any Channel) async -> ByteBuffer {
        metrics.countCallAtDoor()
        var logger = logger
        logger[metadataKey: "hb.request.id"] = .stringConvertible(RequestID())
        let context = CityRequestContext(source: .init(channel: channel, logger: logger))
        let request = Request(head: call.head, body: .init(buffer: call.body))
        do {
            let response = try await responder.respond(to: request, context: context)
            let body = BodyCollector()
            try await response.body.write(body)
            return response.wire(body: body.bytes, date: date.now)
        } catch {
            logger.debug("unknown error", metadata: ["error": "\(type(of: error))"])
            return Response(status: .internalServerError).wire(body: nil, date: date.now)
        }
    }
}

/// A body in one piece.
private final class BodyCollector: ResponseBodyWriter {
    private(set) var bytes: ByteBuffer?

    func write(_ buffer: ByteBuffer) async throws {
        guard bytes != nil else {
            bytes = buffer
            return
        }
        bytes?.writeImmutableBuffer(buffer)
    }

    func finish(_ trailingHeaders: HTTPFields?) async throws {}
}

/// The field Date, written once a second.
private final class DateText: Sendable {
    private let clock: any CityClock
    private let known = Mutex<(second: Int64, text: String)>((.min, ""))

    init(_ clock: any CityClock) { self.clock = clock }

    var now: String {
        let (second, _) = clock.now.microseconds.quotientAndRemainder(dividingBy: 1_000_000)
        return known.withLock { known in
            if known.second != second {
                known = (second, HTTPDate.text(Timestamp(seconds: second)))
            }
            return known.text
        }
    }
}
