import CityKernel

extension DesignModel {
    static func alerts(_ links: Links) -> [AlertBand] {
        [
            AlertBand(
                .four, levelWords: "警戒レベル4", title: "避難指示", place: "九日町・紺屋町 ほか",
                issued: "3:52 発令", doNow: "今すぐ 高い所へ。",
                actions: [
                    Action("近くの避難所", path: links.to("/"), icon: "shelter"),
                    Action("家族に知らせる", path: links.to("/"), icon: "family"),
                ]),
            AlertBand(
                .five, levelWords: "警戒レベル5", title: "緊急安全確保", place: "大柿・中神",
                issued: "4:10 発令", doNow: "命を守る。建物の高い所へ。"),
            AlertBand(
                .three, levelWords: "警戒レベル3", title: "高齢者等避難", place: "市内全域",
                issued: "1:30 発令", doNow: "時間のかかる人は、今すぐ避難する。"),
            AlertBand(
                .two, levelWords: "警戒レベル2", title: "大雨注意報・洪水注意報",
                doNow: "避難する場所と道を確かめる。"),
            AlertBand(
                .one, levelWords: "警戒レベル1", title: "早期注意情報", doNow: "天気予報を見る。"),
            AlertBand(.none, levelWords: "市の避難情報", title: "発令なし", issued: "3:50 現在"),
        ]
    }

    static func values(_ now: Timestamp, _ language: Language) -> [LiveValue] {
        func seen(_ minutes: Int) -> Age {
            Age(now - .minutes(minutes), now: now, language: language)
        }
        return [
            LiveValue(
                label: "球磨川 人吉", value: "3.46", unit: "m", trend: .rising, change: "0.8 m/時",
                seen: seen(2)),
            LiveValue(label: "球磨川 渡", value: nil, seen: seen(63)),
            LiveValue(
                label: "川辺川 柳瀬", value: "9.80", unit: "m", trend: .rising, seen: seen(5),
                quality: .suspect),
            LiveValue(
                label: "山田川", value: "1.20", unit: "m", trend: .steady, seen: seen(45),
                quality: .manual),
        ]
    }

    static let notices = [
        Notice(title: "3連休の窓口", text: "7月19日から21日は、カードの窓口を閉めます。"),
        Notice(.good, title: "取り込みました", text: "100行を取り込みました。"),
        Notice(
            .warning, title: "カメラの写真が古くなっています", text: "最後の写真は3:20です。",
            action: RowLink("ほかのカメラを見る", path: "/design")),
        Notice(
            .bad, title: "水位が空の行が3つあります", text: "ほかの97行は取り込みました。",
            places: ["12行目", "40行目", "41行目"]),
    ]

    static let chartTable = Table(
        caption: "球磨川 人吉の水位", hidesCaption: true,
        columns: [.init("時刻"), .init("水位(m)", isNumber: true)],
        rows: [["1:00", "1.42"], ["2:00", "2.05"], ["2:30", "欠測"], ["3:50", "3.46"]])

    static let table = Table(
        caption: "避難所の受け入れ",
        columns: [
            .init("避難所"), .init("状態"), .init("いま(人)", isNumber: true),
            .init("定員(人)", isNumber: true), .init("受付"),
        ],
        rows: [
            [.init("第一中学校"), "開いている", "84", "120", "3:44"],
            [.init("人吉スポーツパレス"), "開いている", "40", "500", "3:40"],
            [.init("東小学校"), "準備中", "0", "150", "3:12"],
        ])

    static let fields = [
        FormField(
            "name", label: "氏名", hint: "住民票のとおりに書く。", autocomplete: "name",
            charactersMax: 80),
        FormField(
            "level", label: "水位(m)", value: "34.6", hint: "川の量水標の数字。例: 3.46",
            error: "0から20までの数にする。34.6 は大きすぎます。"),
        FormField(
            "town", label: "町", kind: .select([.init("1", "九日町"), .init("2", "紺屋町")]),
            value: "2"),
        FormField(
            "memo", label: "伝えたいこと", kind: .text, isRequired: false, charactersMax: 400),
    ]
}
