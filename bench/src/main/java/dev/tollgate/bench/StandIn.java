package dev.tollgate.bench;

import dev.tollgate.testing.StandInBackend;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;

/**
 * One process that answers at once in both tongues: gRPC for the gateway, HTTP for a plain proxy. What the two say to a
 * client in the end is alike, so that the difference between the paths is what lies between client and backend.
 *
 * <p>Arguments: gRPC port, HTTP port.
 */
public final class StandIn {

  private static final int TOKENS = 16;
  private static final ByteBuf WHOLE = bytes(whole());
  private static final ByteBuf STREAM = bytes(stream());

  private StandIn() {}

  public static void main(String[] args) throws InterruptedException {
    int grpcPort = Integer.parseInt(args[0]);
    int httpPort = Integer.parseInt(args[1]);
    try (var backend = StandInBackend.start(grpcPort);
        var loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory())) {
      var server = new ServerBootstrap().group(loops).channel(NioServerSocketChannel.class)
          .childHandler(new ChannelInitializer<SocketChannel>() {
            @Override
            protected void initChannel(SocketChannel channel) {
              channel.pipeline().addLast(new HttpServerCodec(), new HttpObjectAggregator(1 << 20),
                  new Answers());
            }
          }).bind("127.0.0.1", httpPort).sync().channel();
      System.out.println("stand-in backend: gRPC " + backend.address() + ", HTTP 127.0.0.1:" + httpPort);
      server.closeFuture().sync();
    }
  }

  private static final class Answers extends SimpleChannelInboundHandler<FullHttpRequest> {

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
      boolean stream = request.content().toString(StandardCharsets.UTF_8).contains("\"stream\":true");
      var response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK,
          (stream ? STREAM : WHOLE).retainedDuplicate());
      response.headers().set(HttpHeaderNames.CONTENT_TYPE, stream ? "text/event-stream" : "application/json");
      HttpUtil.setContentLength(response, response.content().readableBytes());
      var written = context.writeAndFlush(response);
      if (!HttpUtil.isKeepAlive(request)) {
        written.addListener(ChannelFutureListener.CLOSE);
      }
    }
  }

  private static String words() {
    var text = new StringBuilder("w0");
    for (int i = 1; i < TOKENS; i++) {
      text.append(" w").append(i);
    }
    return text.toString();
  }

  private static String whole() {
    return """
        {"id":"chatcmpl-019f0000000070008000000000000000","object":"chat.completion","created":1700000000,\
        "model":"stand-in","choices":[{"index":0,"message":{"role":"assistant","content":"%s","refusal":null},\
        "logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":12,"completion_tokens":16,\
        "total_tokens":28,"prompt_tokens_details":{"cached_tokens":0}},\
        "tollgate":{"cost":"0.000132","currency":"USD","free_tokens":0}}"""
        .formatted(words());
  }

  private static String stream() {
    String chunk = "data: {\"id\":\"chatcmpl-019f0000000070008000000000000000\",\"object\":\"chat.completion.chunk\","
        + "\"created\":1700000000,\"model\":\"stand-in\",\"choices\":[{\"index\":0,\"delta\":{%s},\"logprobs\":null,"
        + "\"finish_reason\":%s}]}\n\n";
    return chunk.formatted("\"role\":\"assistant\",\"content\":\"\"", "null")
        + chunk.formatted("\"content\":\"" + words() + "\"", "null") + chunk.formatted("", "\"stop\"")
        + "data: [DONE]\n\n";
  }

  private static ByteBuf bytes(String text) {
    return Unpooled.unreleasableBuffer(Unpooled.copiedBuffer(text, StandardCharsets.UTF_8));
  }
}
