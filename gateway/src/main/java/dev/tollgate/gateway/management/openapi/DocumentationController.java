package dev.tollgate.gateway.management.openapi;

import dev.tollgate.gateway.management.ManagementRole;
import dev.tollgate.gateway.management.access.OpenPaths;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.json.JsonMapper;

/** How the API is called. The document is made when it is first asked for, so that no start waits for it. */
@RestController
@ManagementRole
class DocumentationController {

  private final ObjectProvider<RequestMappingHandlerMapping> mappings;
  private final JsonMapper mapper;
  private volatile byte @Nullable [] document;

  DocumentationController(ObjectProvider<RequestMappingHandlerMapping> mappings, JsonMapper mapper) {
    this.mappings = mappings;
    this.mapper = mapper;
  }

  @GetMapping(path = OpenPaths.DOCUMENT, produces = MediaType.APPLICATION_JSON_VALUE)
  byte[] document() {
    byte[] known = document;
    if (known == null) {
      known = mapper.writeValueAsBytes(OpenApiDocument.of(mappings.stream()
          .flatMap(mapping -> Endpoint.of(mapping).stream()).toList()));
      document = known;
    }
    return known;
  }

  @GetMapping(OpenPaths.PAGE)
  ResponseEntity<Void> page() {
    return ResponseEntity.status(HttpStatus.FOUND).location(URI.create(OpenPaths.PAGE + "/index.html"))
        .build();
  }
}
