package dev.tollgate.exports.einvoice;

import dev.tollgate.tenants.PlainText;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** Writes elements of a Cross Industry Invoice, nested as the calls are. */
final class Xml {

  private static final String UNECE = "urn:un:unece:uncefact:";
  private static final String ROOT = "rsm:CrossIndustryInvoice";

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final XMLStreamWriter out;

  Xml() {
    try {
      out = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(bytes, StandardCharsets.UTF_8.name());
    } catch (XMLStreamException e) {
      throw new IllegalStateException(e);
    }
  }

  void root(Runnable content) {
    writing(() -> {
      out.writeStartDocument(StandardCharsets.UTF_8.name(), "1.0");
      out.writeStartElement(ROOT);
      out.writeAttribute("xmlns:rsm", UNECE + "data:standard:CrossIndustryInvoice:100");
      out.writeAttribute("xmlns:ram", UNECE + "data:standard:ReusableAggregateBusinessInformationEntity:100");
      out.writeAttribute("xmlns:udt", UNECE + "data:standard:UnqualifiedDataType:100");
      out.writeAttribute("xmlns:qdt", UNECE + "data:standard:QualifiedDataType:100");
      content.run();
      out.writeEndElement();
      out.writeEndDocument();
      out.flush();
    });
  }

  void in(String name, Runnable content) {
    writing(() -> {
      out.writeStartElement(name);
      content.run();
      out.writeEndElement();
    });
  }

  void text(String name, String value, String... attribute) {
    writing(() -> {
      out.writeStartElement(name);
      for (int i = 0; i < attribute.length; i += 2) {
        out.writeAttribute(attribute[i], attribute[i + 1]);
      }
      out.writeCharacters(PlainText.of(value));
      out.writeEndElement();
    });
  }

  byte[] bytes() {
    return bytes.toByteArray();
  }

  private static void writing(Step step) {
    try {
      step.write();
    } catch (XMLStreamException e) {
      throw new IllegalStateException("Writing to memory failed", e);
    }
  }

  /** A step of writing. */
  private interface Step {

    void write() throws XMLStreamException;
  }
}
