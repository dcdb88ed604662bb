import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1

/// A connection of the city: the page door, the HTTP parser, then the router.
struct CityChannel: ServerChildChannel {
    typealias Value = HTTP1Channel.Value

    private let http: HTTP1Channel
    private let pages: FinishedPages

    init(pages: FinishedPages, responder: @escaping HTTPChannelHandler.Responder) {
        self.pages = pages
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
        http.setup(channel: channel, logger: logger).flatMapThrowing { value in
            let pipeline = channel.pipeline.syncOperations
            let watch = ConnectionWatch(idleTimeout: WebLimits.idleTimeoutMax)
            let parser = try pipeline.handler(
                type: ByteToMessageHandler<HTTPRequestDecoder>.self)
            try pipeline.addHandler(watch, position: .after(parser))
            try pipeline.addHandler(PageDoor(pages: pages, watch: watch), position: .first)
            return value
        }
    }

    func handle(value: Value, logger: Logger) async {
        await http.handle(value: value, logger: logger)
    }
}
