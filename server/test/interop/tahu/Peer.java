import java.util.*;
import java.util.concurrent.*;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.tahu.edge.EdgeClient;
import org.eclipse.tahu.edge.api.MetricHandler;
import org.eclipse.tahu.host.HostApplication;
import org.eclipse.tahu.host.api.MultiHostApplicationEventHandler;
import org.eclipse.tahu.message.*;
import org.eclipse.tahu.message.model.*;
import org.eclipse.tahu.model.MqttServerDefinition;
import org.eclipse.tahu.mqtt.*;

/** Eclipse Tahu as edge node or as host application, driven by an interop test. */
public class Peer {
  public static void main(String[] args) throws Exception {
    if (args[0].equals("edge")) edge(Integer.parseInt(args[1]), Integer.parseInt(args[2]));
    else host(Integer.parseInt(args[1]), args[2]);
  }

  static MqttServerDefinition server(int port, String id, Topic death) throws Exception {
    return new MqttServerDefinition(new MqttServerName("broker"), new MqttClientId(id, false), new MqttServerUrl("tcp://127.0.0.1:" + port), null, null, 30, death);
  }

  static Metric metric(String name, MetricDataType type, Object value) throws Exception {
    return new Metric.MetricBuilder(name, type, value).createMetric();
  }

  static void edge(int port, int count) throws Exception {
    EdgeNodeDescriptor node = new EdgeNodeDescriptor("tahu", "edge1");
    Topic death = new Topic("spBv1.0", node, MessageType.NDEATH);
    EdgeClient[] client = new EdgeClient[1];
    CountDownLatch born = new CountDownLatch(1);
    MetricHandler handler = new MetricHandler() {
      long bdSeq = 0;
      public Topic getDeathTopic() { return death; }
      public byte[] getDeathPayloadBytes() throws Exception {
        bdSeq = (bdSeq + 1) % 256;
        return new SparkplugBPayloadEncoder().getBytes(new SparkplugBPayload.SparkplugBPayloadBuilder().setTimestamp(new Date()).addMetric(metric("bdSeq", MetricDataType.Int64, bdSeq)).createPayload(), true);
      }
      public void publishBirthSequence() {
        try {
          client[0].publishNodeBirth(new SparkplugBPayloadMap.SparkplugBPayloadMapBuilder().setTimestamp(new Date())
            .addMetric(metric("bdSeq", MetricDataType.Int64, bdSeq)).addMetric(metric("Node Control/Rebirth", MetricDataType.Boolean, false)).addMetric(metric("firmware", MetricDataType.String, "1.2")).createPayload());
          client[0].publishDeviceBirth("press1", new SparkplugBPayload.SparkplugBPayloadBuilder().setTimestamp(new Date())
            .addMetric(metric("force", MetricDataType.Double, 0.0)).addMetric(metric("strokes", MetricDataType.UInt32, 4294967295L)).addMetric(metric("mode", MetricDataType.String, "auto")).addMetric(metric("running", MetricDataType.Boolean, true)).createPayload());
          born.countDown();
        } catch (Exception e) { e.printStackTrace(); }
      }
      public boolean hasMetric(SparkplugDescriptor of, String name) { return true; }
    };
    ClientCallback callback = new ClientCallback() {
      public void shutdown() {}
      public void messageArrived(MqttServerName n, MqttServerUrl u, MqttClientId c, String topic, MqttMessage message) {
        try {
          Topic parsed = Topic.parseTopic(topic);
          if (parsed.isType(MessageType.STATE)) client[0].handleStateMessage(parsed.getHostApplicationId(), new com.fasterxml.jackson.databind.ObjectMapper().readValue(message.getPayload(), StatePayload.class));
          if (parsed.isType(MessageType.NCMD)) client[0].handleRebirthRequest(true);
        } catch (Exception e) { e.printStackTrace(); }
      }
      public void connectionLost(MqttServerName n, MqttServerUrl u, MqttClientId c, Throwable why) {}
      public void connectComplete(boolean again, MqttServerName n, MqttServerUrl u, MqttClientId c) {}
    };
    client[0] = new EdgeClient(handler, node, List.of("press1"), "millwright", true, 1000L, List.of(server(port, "tahu-edge", death)), callback, null);
    Thread thread = new Thread(client[0]);
    thread.start();
    born.await(60, TimeUnit.SECONDS);
    for (int i = 1; i <= count; i++) {
      client[0].publishDeviceData("press1", new SparkplugBPayload.SparkplugBPayloadBuilder().setTimestamp(new Date()).addMetric(metric("force", MetricDataType.Double, i / 4.0)).createPayload());
      Thread.sleep(20);
    }
    say("said all");
    Thread.sleep(120_000);
  }

  static void host(int port, String subscription) throws Exception {
    MultiHostApplicationEventHandler told = (MultiHostApplicationEventHandler) java.lang.reflect.Proxy.newProxyInstance(Peer.class.getClassLoader(), new Class<?>[] { MultiHostApplicationEventHandler.class }, (proxy, method, of) -> {
      if (method.getName().equals("onBirthMetric") || method.getName().equals("onDataMetric")) {
        Metric m = (Metric) of[2];
        say(method.getName(), of[1].toString(), m.getName(), m.getDataType().toString(), m.getTimestamp() == null ? "" : "" + m.getTimestamp().getTime(), "" + Boolean.TRUE.equals(m.getIsHistorical()), "" + m.getValue());
      } else if (method.getName().endsWith("DeathComplete") || method.getName().endsWith("BirthComplete")) say(method.getName(), of[1].toString());
      return null;
    });
    HostApplication host = new HostApplication(told, "tahu-host", List.of(subscription), List.of(server(port, "tahu-host", null)), null, new SparkplugBPayloadDecoder(), false);
    host.start(true);
    host.setOnlineState(true);
    new Scanner(System.in).nextLine();
    host.shutdown();
    System.exit(0);
  }

  static synchronized void say(String... words) { System.out.println("@" + String.join("\t", words)); }
}
