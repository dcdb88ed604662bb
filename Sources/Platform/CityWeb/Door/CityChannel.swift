import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1

/// A connection of the city: the door, the HTTP parser, then the router.
struct CityChannel: ServerChildChannel {
    struct Value: ServerChildChannelValue {
        fileprivate let http: HTTP1Channel.Value
        fileprivate let door: NIOLoopBound<FrontDoor>
        fileprivate let turn: CallTurn

        var channel: any Channel { http.channel }
    }

    private let http: HTTP1Channel
    private let pages: FinishedPages
    private let calls: CallResponder

    init(
        pages: FinishedPages, calls: CallResponder,
        responder: @escaping HTTPChannelHandler.Responder
    ) {
        self.pages = pages
        self.calls = calls
        http = HTTP1Channel(responder: responder, configuration: Self.parsing)
    }

    /// Limits of the HTTP parser, for whoever is at the other end.
    static var parsing: HTTP1Channel.Configuration {
        HTTP1Channel.Configuration(
            // Silence is watched in front of the door, which answers what nobody behind hears.
            idleTimeout: nil,
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: WebLimits.headerBytesMax,
                maxHeaderListSize: WebLimits.headerBytesMax,
                maxHeaderFieldCount: WebLimits.headerFieldsMax))
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        http.setup(channel: channel, logger: logger).flatMapThrowing { http in
            let pipeline = channel.pipeline.syncOperations
            let watch = ConnectionWatch(idleTimeout: WebLimits.idleTimeoutMax)
            let parser = try pipeline.handler(
                type: ByteToMessageHandler<HTTPRequestDecoder>.self)
            try pipeline.addHandler(watch, position: .after(parser))
            let turn = CallTurn(LoopExecutor(channel.eventLoop))
            let door = FrontDoor(pages: pages, calls: calls, turn: turn, watch: watch)
            try pipeline.addHandler(door, position: .first)
            return Value(
                http: http, door: NIOLoopBound(door, eventLoop: channel.eventLoop), turn: turn)
        }
    }

    func handle(value: Value, logger: Logger) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask(executorPreference: value.turn.executor) {
                // The executor keeps all of this on the channel's event loop, where the door is.
                while let call = await value.turn.next() {
                    let answer = await calls.answer(call, on: value.channel)
                    value.door.value.finish(answer)
                }
            }
            await http.handle(value: value.http, logger: logger)
            value.turn.end()
        }
    }
}
