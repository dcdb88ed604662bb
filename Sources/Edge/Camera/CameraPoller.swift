package import AsyncHTTPClient
package import CityBroker
package import CityKernel
import CityVocabulary
package import Foundation
package import Logging
import ServiceLifecycle

/// One river camera of the city. Checked once, here.
package struct CameraSettings: Sendable, Hashable {
    package static let intervalSecondsRange = 5...86_400

    /// `[a-z0-9-]`, also the name of its file and its place on the web.
    package let id: String
    package let name: LocalizedText
    package let location: GeoPoint?
    package let url: String
    package let intervalSeconds: Int
    /// An older picture is not shown; its age is.
    package let maximumAgeSeconds: Int

    /// - Throws: `Problem` naming the value out of its range.
    package init(
        id: String, name: LocalizedText, location: GeoPoint? = nil, url: String,
        intervalSeconds: Int = 60, maximumAgeSeconds: Int = 600
    ) throws(Problem) {
        func problem(_ detail: String) -> Problem {
            Problem(
                .invalidRequest, title: "A camera's settings are not usable", detail: detail,
                remedy: "Correct cameras in city.yaml.")
        }
        let isPlainName = id.utf8.allSatisfy { byte in
            (97...122).contains(byte) || (48...57).contains(byte) || byte == 45
        }
        guard isPlainName, (1...64).contains(id.utf8.count) else {
            throw problem("The id \(id.prefix(80)) must be of a-z, 0-9 and -.")
        }
        guard Self.intervalSecondsRange.contains(intervalSeconds),
            maximumAgeSeconds >= intervalSeconds
        else { throw problem("\(id): interval 5 to 86400 s, and not above the maximum age.") }
        self.id = id
        self.name = name
        self.location = location
        self.url = url
        self.intervalSeconds = intervalSeconds
        self.maximumAgeSeconds = maximumAgeSeconds
    }

    package var entityID: EntityID { EntityID(type: CameraStill.entityType, name: id) }
    package var path: String { "/cameras/\(id)/still" }
}

/// Pulls a camera's picture at an interval and keeps the last good one. Every failure is told in the
/// broker as part of `CameraStill`; a picture never becomes younger by being fetched again.
///
/// Plan: 防災 河川カメラ
package struct CameraPoller: Service {
    package static let pictureBytesMax = 8 << 20
    /// A camera's clock may be this far ahead of ours.
    static let futureTolerance = Duration.minutes(5)

    private let settings: CameraSettings
    private let fetcher: Fetcher
    private let shelf: CameraShelf
    private let folder: URL
    private let broker: Broker
    private let clock: any CityClock
    private let logger: Logger

    /// - Parameter folder: where the last good picture lies between runs.
    /// - Throws: `Problem` for a wrong address.
    package init(
        _ settings: CameraSettings, shelf: CameraShelf, folder: URL, client: HTTPClient,
        broker: Broker, clock: any CityClock, timeoutSecondsMax: Int = 10, logger: Logger
    ) throws(Problem) {
        self.settings = settings
        self.shelf = shelf
        self.folder = folder
        self.broker = broker
        self.clock = clock
        self.logger = logger
        fetcher = try Fetcher(
            client: client, url: settings.url, timeoutSecondsMax: timeoutSecondsMax,
            bodyBytesMax: Self.pictureBytesMax)
    }

    package func run() async throws {
        try await cancelWhenGracefulShutdown {
            try await self.shelf.load(self.settings.id, from: self.folder)
            var version: Fetcher.Version?
            while true {
                await self.poll(&version)
                try await self.clock.sleep(for: .seconds(self.settings.intervalSeconds))
            }
        } onEnd: {
        }
    }

    /// Asks once. Never throws: a failure is a state of the camera.
    package func poll(_ version: inout Fetcher.Version?) async {
        do {
            let answer = try await fetcher.fetch(unless: version)
            if case .body(let bytes, let newVersion, let mediaType) = answer {
                let format = try PictureFormat(checking: bytes, declaredAs: mediaType)
                let still = StoredStill(
                    bytes: bytes, format: format, takenAt: takenAt(bytes, newVersion))
                try await shelf.keep(still, of: settings.id, in: folder)
                version = newVersion
            }
            try await tell(failure: nil)
        } catch {
            let words = Self.words(error)
            logger.warning(
                "camera failed", metadata: ["camera": "\(settings.id)", "reason": "\(words)"])
            do {
                try await tell(failure: words)
            } catch {
                logger.error("camera state not stored", metadata: ["error": "\(error)"])
            }
        }
    }

    private func takenAt(_ bytes: [UInt8], _ version: Fetcher.Version) -> Timestamp {
        let now = clock.now
        if let said = version.lastModified.flatMap(HTTPDate.parse),
            said <= now + Self.futureTolerance
        {
            return said
        }
        if let known = shelf.find(settings.id)?.still, known.bytes == bytes {
            return known.takenAt
        }
        return now
    }

    /// The broker drops what is already so.
    private func tell(failure: String?) async throws {
        let still = shelf.find(settings.id)?.still
        let noun = CameraStill(
            id: settings.entityID, name: settings.name, location: settings.location,
            path: still == nil ? nil : settings.path, takenAt: still?.takenAt,
            staleAfterMinutes: max(1, settings.maximumAgeSeconds / 60), lastFailure: failure)
        try await broker.apply(noun.facts, source: "edge/camera")
    }

    private static func words(_ error: any Error) -> String {
        switch error {
        case let error as FetchError: error.words.japanese
        case let error as PictureRefusal: error.words
        default: "保存できませんでした"
        }
    }
}
