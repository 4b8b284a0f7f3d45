"""The cluster's home: topics, journal and store on Kafka, partitions owned through Faust."""
