package dev.tollgate.gateway.console.account;

import io.nayuki.qrcodegen.QrCode;

/** A QR code as the path of an SVG picture, one unit a module. */
record QrPicture(int size, String path) {

  private static final int MARGIN = 2;

  static QrPicture of(String text) {
    QrCode code = QrCode.encodeText(text, QrCode.Ecc.MEDIUM);
    var path = new StringBuilder();
    for (int y = 0; y < code.size; y++) {
      for (int x = 0; x < code.size; x++) {
        if (code.getModule(x, y)) {
          path.append('M').append(x + MARGIN).append(',').append(y + MARGIN).append("h1v1h-1z");
        }
      }
    }
    return new QrPicture(code.size + 2 * MARGIN, path.toString());
  }
}
