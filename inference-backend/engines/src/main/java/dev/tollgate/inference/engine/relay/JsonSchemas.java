package dev.tollgate.inference.engine.relay;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import dev.tollgate.inference.engine.RequestRefusedException;
import dev.tollgate.inference.engine.ResponseFormat;
import java.io.IOException;
import java.io.StringReader;

/** The bounds of what answers may be asked to look like; whether a schema can be kept, the runtime knows. */
final class JsonSchemas {

  private static final int MOST_SCHEMA_CHARACTERS = 64 * 1024;
  private static final int MOST_GRAMMAR_CHARACTERS = 256 * 1024;
  private static final int DEEPEST = 96;

  private JsonSchemas() {}

  static void check(ResponseFormat format) throws RequestRefusedException {
    if (format instanceof ResponseFormat.Grammar grammar
        && grammar.gbnf().length() > MOST_GRAMMAR_CHARACTERS) {
      throw RequestRefusedException
          .invalid("a grammar may have " + MOST_GRAMMAR_CHARACTERS + " characters at most");
    }
    if (format instanceof ResponseFormat.JsonSchema schema) {
      check(schema.schema());
    }
  }

  private static void check(String schema) throws RequestRefusedException {
    if (schema.length() > MOST_SCHEMA_CHARACTERS) {
      throw RequestRefusedException
          .invalid("json_schema may have " + MOST_SCHEMA_CHARACTERS + " characters at most");
    }
    try {
      JsonReader reader = new JsonReader(new StringReader(schema));
      reader.setStrictness(Strictness.STRICT);
      reader.setNestingLimit(DEEPEST);
      JsonElement parsed = new Gson().getAdapter(JsonElement.class).read(reader);
      if (reader.peek() != JsonToken.END_DOCUMENT) {
        throw RequestRefusedException.invalid("json_schema is followed by other text");
      }
      if (!(parsed instanceof JsonObject)) {
        throw RequestRefusedException.invalid("json_schema must be a JSON object");
      }
    } catch (JsonParseException | IOException e) {
      throw RequestRefusedException.invalid("json_schema is not valid JSON");
    }
  }
}
