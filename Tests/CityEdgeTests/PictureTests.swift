import CityEdge
import CityKernel
import Testing

enum Picture {
    static let jpeg: [UInt8] = [0xFF, 0xD8, 0xFF, 0xE0, 1, 2, 3, 0xFF, 0xD9]
    static let png: [UInt8] =
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 1, 2] + [0, 0, 0, 0]
        + [0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82]
}

@Suite("カメラの画像")
struct PictureTests {
    private func check(_ bytes: [UInt8], _ type: String?) -> Result<PictureFormat, PictureRefusal> {
        Result { () throws(PictureRefusal) in
            try PictureFormat(checking: bytes, declaredAs: type)
        }
    }

    @Test("種類は名乗りではなく中身で決まり、食い違えば断る")
    func formats() {
        #expect(check(Picture.jpeg, "image/jpeg") == .success(.jpeg))
        #expect(check(Picture.jpeg, nil) == .success(.jpeg))
        #expect(check(Picture.png, "image/png") == .success(.png))
        #expect(check(Picture.png, "image/jpeg") == .failure(.liesAboutType))
        #expect(check(Picture.jpeg, "text/html") == .failure(.liesAboutType))
        #expect(check(Array("<html>".utf8), "image/jpeg") == .failure(.notAPicture))
        #expect(check([], "image/jpeg") == .failure(.notAPicture))
    }

    @Test("途中で切れた画像は断り、うしろの数バイトのおまけは許す")
    func wholeness() {
        #expect(check(Array(Picture.jpeg.dropLast()), "image/jpeg") == .failure(.cutOff))
        #expect(check(Array(Picture.png.dropLast()), "image/png") == .failure(.cutOff))
        #expect(check(Picture.jpeg + [0, 0, 0x0A], "image/jpeg") == .success(.jpeg))
    }

    @Test("HTTPの日付は往復する")
    func dates() {
        let instant = Timestamp(seconds: 1_719_130_005)
        #expect(HTTPDate.text(instant) == "Sun, 23 Jun 2024 08:06:45 GMT")
        #expect(HTTPDate.parse(HTTPDate.text(instant)) == instant)
        #expect(HTTPDate.parse("Sunday, 23-Jun-24 08:06:45 GMT") == nil)
    }
}
