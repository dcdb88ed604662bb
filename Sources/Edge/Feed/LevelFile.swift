import CityKernel
import Foundation
import NIOPosix

/// A table of water levels on disk.
package struct LevelFile: Sendable {
    package var path: String

    package init(path: String) { self.path = path }

    /// The name by which rows are reported.
    package var name: String { URL(fileURLWithPath: path).lastPathComponent }

    /// The whole file, read off the cooperative pool.
    /// - Throws: `Problem` when it cannot be read or is larger than a table may be.
    package func read() async throws -> [UInt8] {
        let (path, name) = (path, name)
        do {
            return try await NIOThreadPool.singleton.runIfActive {
                let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
                defer { try? file.close() }  // nothing was written through it
                let data = try file.read(upToCount: LevelTableReader.bytesMax + 1) ?? Data()
                return Array(data)
            }.checkedForSize(name)
        } catch let problem as Problem {
            throw problem
        } catch {
            throw Problem(
                .notFound, title: "The file cannot be read", detail: "\(name) cannot be opened.",
                remedy: "Check the path and the rights of the file.")
        }
    }
}

extension [UInt8] {
    fileprivate func checkedForSize(_ name: String) throws -> [UInt8] {
        guard count <= LevelTableReader.bytesMax else {
            throw Problem(
                .tooLarge, title: "The file is too large",
                detail: "\(name) has more than \(LevelTableReader.bytesMax >> 20) MiB.",
                remedy: "Split it into several files, each with the header.")
        }
        return self
    }
}
